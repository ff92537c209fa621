"""The bundled company table and what the words around a name say (data only)."""
