"""What the demo week says, as data. Everything but names, codes and the model week's figures is invented."""
