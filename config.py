"""config.yaml, typed and checked. Secrets are not in it: they come from the environment.

`load(path)` gives `Settings` or raises `ConfigError`, whose message is one line that names
the file, the key and what is allowed.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from pipeline.filings.titles import load_titles
from pipeline.model import UserError
from pipeline.strict_yaml import read_yaml


def _is_code(text: str) -> str:
    if not re.fullmatch(r"\d{6}", text):
        raise ValueError('代码是六位数字，例如 "000034"')
    return text


Code = Annotated[str, AfterValidator(_is_code)]


class ConfigError(UserError):
    """A setting that cannot be used; the message is one line for a person."""


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def _truth_is_no_number(cls, value: Any, info: ValidationInfo) -> Any:
        # pydantic takes true for 1 and 1 for true; YAML also reads yes, no, on and off as such.
        wanted = cls.model_fields[str(info.field_name)].annotation is bool
        if isinstance(value, bool) and not wanted:
            raise ValueError("应是数字或文字，这里读成了真假（yes、no、on、off 也是）；是文字就加引号")
        if wanted and not isinstance(value, bool):
            raise ValueError("应是 true 或 false")
        return value


class SourceHours(Strict):
    """When a source is crawled: hours of the day (`*` or `7-22`), at a minute of the hour."""

    hours: str = "*"
    minute: Annotated[int, Field(ge=0, le=59)] = 5
    enabled: bool = True

    @field_validator("hours")
    @classmethod
    def _hours_of_a_day(cls, text: str) -> str:
        if text != "*":
            for part in text.split(","):
                first, _, last = part.partition("-")
                ends = [first, last or first]
                if not all(e.isdigit() and int(e) <= 23 for e in ends) or int(ends[0]) > int(ends[1]):
                    raise ValueError('小时写作 "*"、"7-22" 或 "8,12,18"（0 到 23）')
        return text


class Watch(Strict):
    """Whose filings belong in the issue: single codes, and whole sectors of the company table."""

    codes: tuple[Code, ...] = ()
    sectors: tuple[str, ...] = ()

    @field_validator("codes", mode="before")
    @classmethod
    def _codes_are_text(cls, value: Any) -> Any:
        # YAML reads 000034 as the number 28 (octal) or 34: refuse rather than guess.
        for code in value or ():
            if not isinstance(code, str):
                raise ValueError(f'代码 {code} 要加引号，例如 "000034"')
        return value


class NewsSection(Strict):
    limit: Annotated[int, Field(ge=0, le=100)] = 3
    min_score: float = 1.0


class FilingsSection(Strict):
    limit: Annotated[int, Field(ge=0, le=500)] = 20
    kinds: tuple[str, ...] = ("buyback", "earnings_flash", "algorithm_registration")

    @field_validator("kinds")
    @classmethod
    def _known_kinds(cls, kinds: tuple[str, ...]) -> tuple[str, ...]:
        known = load_titles().names
        for kind in kinds:
            if kind not in known:
                near = difflib.get_close_matches(kind, known, 1)
                hint = f"是不是 {near[0]}？" if near else ""
                raise ValueError(f"没有公告类型 {kind}；{hint}可用的有 {', '.join(known)}")
        return kinds


class Weekly(Strict):
    news: NewsSection = NewsSection()
    filings: FilingsSection = FilingsSection()
    weekday: Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"] = "mon"
    at: time = time(7, 0)
    out: Path = Path("issues")
    formats: tuple[Literal["md", "html", "docx", "json"], ...] = ("md", "html", "docx", "json")
    word_template: Path | None = None
    templates: Path | None = None  # a folder: its files take the place of those in weekly/templates

    @field_validator("at", mode="before")
    @classmethod
    def _time_is_text(cls, value: Any) -> Any:
        # YAML reads 7:30 as the number 450, which pydantic takes for seconds after midnight.
        if not isinstance(value, str | time):
            raise ValueError('时刻要加引号，例如 "07:00"')
        return value


class Store(Strict):
    url: str = "sqlite:///{data}/zhoubao.db"

    @field_validator("url")
    @classmethod
    def _no_password(cls, url: str) -> str:
        if re.match(r"[^/]+://[^/@]*:[^/@]+@", url):
            raise ValueError("密码不写在文件里：整个地址放进环境变量 ZHOUBAO_STORE_URL")
        if not url.startswith(("sqlite:", "postgresql")):
            raise ValueError("应以 sqlite:/// 或 postgresql+pg8000:// 开头")
        return url


class Elasticsearch(Strict):
    """The cluster. Credentials: ZHOUBAO_ES_API_KEY, or ZHOUBAO_ES_USER and ZHOUBAO_ES_PASSWORD."""

    urls: tuple[str, ...] = ("https://localhost:9200",)
    ca: Path | None = None
    index: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$")] = "zhoubao"
    timeout: Annotated[float, Field(gt=0)] = 30
    replicas: Annotated[int, Field(ge=0, le=5)] = 1
    shards: Annotated[int, Field(ge=1, le=50)] = 1

    @property
    def addresses(self) -> list[str]:
        """ZHOUBAO_ES_URL (several parted by commas) wins over the file."""
        return (os.environ.get("ZHOUBAO_ES_URL") or ",".join(self.urls)).split(",")

    @property
    def authority(self) -> Path | None:
        """The certificate that signs the cluster's; ZHOUBAO_ES_CA wins over the file."""
        named = os.environ.get("ZHOUBAO_ES_CA")
        return Path(named) if named else self.ca


class Search(Strict):
    engine: Literal["embedded", "elasticsearch"] = "embedded"
    elasticsearch: Elasticsearch = Elasticsearch()


class Crawl(Strict):
    """Manners, and limits of one run (seconds, bytes)."""

    delay: Annotated[float, Field(ge=0)] = 1.5
    timeout: Annotated[float, Field(gt=0)] = 40
    run_limit: Annotated[float, Field(gt=0)] = 3000
    max_bytes: Annotated[int, Field(gt=0)] = 40_000_000
    contact: str | None = None  # goes into the User-Agent, so that a site can reach the desk
    parse_seconds: Annotated[float, Field(gt=0)] = 60
    parse_bytes: Annotated[int, Field(gt=0)] = 2_000_000_000
    lookback_days: Annotated[int, Field(ge=1, le=60)] = 3


class Api(Strict):
    """`zhoubao serve`. Beyond this machine it answers only callers with a token (`zhoubao token add`)."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8765
    tokens: bool = False  # also on this machine, e.g. behind a proxy
    names: tuple[str, ...] = ()  # what callers may call this server, beside its address
    origins: tuple[str, ...] = ()  # pages of which sites may read it (CORS)
    per_minute: Annotated[int, Field(gt=0)] = 600  # requests of one caller
    concurrent: Annotated[int, Field(gt=0)] = 16  # requests at work at once; the others wait


class Logging(Strict):
    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    json_lines: bool = True


class Settings(Strict):
    data: Path = Path("data")
    timezone: str = "Asia/Shanghai"
    sources: dict[str, SourceHours] = {}
    watch: Watch = Watch()
    themes: Path | None = None  # None: the bundled themes.yaml
    companies: Path | None = None  # the desk's own aliases, subsidiaries and unlisted names
    weekly: Weekly = Weekly()
    store: Store = Store()
    search: Search = Search()
    crawl: Crawl = Crawl()
    api: Api = Api()
    logging: Logging = Logging()

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError("不是已知的时区，例如 Asia/Shanghai") from None
        return name

    @property
    def store_url(self) -> str:
        """ZHOUBAO_STORE_URL (it may hold a password) wins over the file."""
        return os.environ.get("ZHOUBAO_STORE_URL") or self.store.url.replace("{data}", str(self.data))

    @property
    def archive(self) -> Path:
        return self.data / "archive"

    @property
    def company_table(self) -> Path | None:
        """The folder of the refreshed company table; None until there is one: then the bundled one counts."""
        folder = self.data / "companies"
        return folder if (folder / "companies.tsv").exists() else None

    @property
    def company_table_stamp(self) -> int:
        """Changes when the company table is replaced."""
        folder = self.company_table
        return (folder / "companies.tsv").stat().st_mtime_ns if folder else 0

    @property
    def index(self) -> Path:
        return self.data / "index"


def _without_empty(raw: Any) -> Any:
    """A key with nothing under it (all its lines are comments) is as good as left out."""
    if not isinstance(raw, dict):
        return raw
    return {key: _without_empty(value) for key, value in raw.items() if value is not None}


def load(path: Path | None = None) -> Settings:
    """Reads a file; None means `config.yaml` here if there is one, else the defaults.

    Relative paths in the file are relative to the file's folder.
    """
    if path is None:
        path = Path("config.yaml")
        if not path.exists():
            return Settings()
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{path}：打不开（{error.strerror}）；zhoubao init 会写一份") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path}：不是 UTF-8 文本，请另存为 UTF-8") from None
    raw = _without_empty(read_yaml(text, path, ConfigError))
    if raw is None:
        raw = {}
    if not isinstance(raw, dict):
        raise ConfigError(
            f"{path}：应是“键: 值”的设置，而不是{'列表' if isinstance(raw, list) else '一段文字'}"
        )
    try:
        settings = Settings.model_validate(raw)
    except ValidationError as error:
        raise ConfigError(f"{path}：{_one_line(error)}") from None
    return _anchored(settings, path.parent)


def _anchored(settings: Settings, folder: Path) -> Settings:
    """Paths of the file are relative to the file, so that the daemon may start anywhere."""

    def at(path: Path | None) -> Path | None:
        return None if path is None else path if path.is_absolute() else folder / path

    engine = settings.search.elasticsearch
    return settings.model_copy(
        update={
            "data": at(settings.data),
            "themes": at(settings.themes),
            "companies": at(settings.companies),
            "weekly": settings.weekly.model_copy(
                update={
                    "out": at(settings.weekly.out),
                    "word_template": at(settings.weekly.word_template),
                    "templates": at(settings.weekly.templates),
                }
            ),
            "search": settings.search.model_copy(
                update={"elasticsearch": engine.model_copy(update={"ca": at(engine.ca)})}
            ),
        }
    )


# pydantic's error types → what to write instead; {…} are the fields of the error's own context.
_WRONG = {
    "missing": "没有给",
    "extra_forbidden": "没有这一项",
    "literal_error": "只能是 {expected}",
    "float_parsing": "应是数字",
    "float_type": "应是数字",
    "finite_number": "应是数字",
    "int_parsing": "应是整数",
    "int_parsing_size": "数字太大",
    "int_type": "应是整数",
    "int_from_float": "应是整数",
    "bool_parsing": "应是 true 或 false",
    "bool_type": "应是 true 或 false",
    "string_type": "应是文字（加引号）",
    "string_unicode": "不是 UTF-8 文字",
    "string_too_long": "太长，最多 {max_length} 个字",
    "string_too_short": "太短，至少 {min_length} 个字",
    "tuple_type": "应是列表，例如 [a, b]",
    "list_type": "应是列表，例如 [a, b]",
    "too_long": "太多，最多 {max_length} 项",
    "too_short": "太少，至少 {min_length} 项",
    "model_type": "应是“键: 值”",
    "model_attributes_type": "应是“键: 值”",
    "dict_type": "应是“键: 值”",
    "path_type": "应是文件路径",
    "time_parsing": '应是时刻，例如 "07:00"',
    "time_type": '应是时刻，例如 "07:00"',
    "greater_than": "应大于 {gt}",
    "greater_than_equal": "应不小于 {ge}",
    "less_than_equal": "应不大于 {le}",
    "string_pattern_mismatch": "写法不对，应符合 {pattern}",
    "json_invalid": "不是合法的 JSON",
}


def wrong(error: Mapping[str, Any]) -> str:
    """What is wrong with a value, in words for a person; `error` is one of pydantic's `errors()`."""
    context = error.get("ctx", {})
    if error["type"] == "value_error":
        return str(context["error"])
    told = _WRONG.get(error["type"], "写法不对").format(**context)
    return told.replace(" or ", "、").replace(", ", "、") if error["type"] == "literal_error" else told


def _one_line(error: ValidationError) -> str:
    first: Mapping[str, Any] = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"]) or "（顶层）"
    if first["type"] == "extra_forbidden":
        allowed = _keys_at(first["loc"][:-1])
        near = difflib.get_close_matches(str(first["loc"][-1]), allowed, 1)
        hint = f"是不是 {near[0]}？" if near else ""
        return f"{key}：没有这个设置；{hint}可用的有 {', '.join(allowed)}"
    message = wrong(first)
    shown = "" if "密码" in message else f"（现在是 {first['input']!r}）"
    return f"{key}：{message}{shown}"


def _keys_at(location: tuple[int | str, ...]) -> list[str]:
    model: Any = Settings
    for part in location:
        if not (isinstance(model, type) and issubclass(model, BaseModel)):
            break
        field = model.model_fields.get(str(part))
        if field is None:
            break
        model = field.annotation
        if getattr(model, "__origin__", None) is dict:
            model = SourceHours
    if isinstance(model, type) and issubclass(model, BaseModel):
        return list(model.model_fields)
    return list(SourceHours.model_fields)
