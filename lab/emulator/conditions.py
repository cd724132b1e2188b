"""The Condition element of IAM policies. No I/O.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

import datetime
import fnmatch
import ipaddress
import operator
import re
from collections.abc import Callable
from typing import Any

# Condition key in lower case -> its values, none where the request has no such key; None where nobody here can tell.
Lookup = Callable[[str], tuple[str, ...] | None]


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def covers(pattern: str, value: str, flags: int = 0) -> bool:
    """Whether a pattern (`*` and `?` as in IAM) covers the whole value, in a time that many stars do not blow up."""
    # A bracket, which fnmatch takes for a set, means itself.
    return re.match(fnmatch.translate(pattern.replace("[", "[[]")), value, flags) is not None


def covers_arn(pattern: str, value: str) -> bool:
    """Each of the six parts of an ARN by itself: a `*` does not reach over a colon."""
    parts = list(zip(pattern.split(":", 5), value.split(":", 5), strict=False))
    return pattern.count(":") >= 5 <= value.count(":") and all(covers(*pair) for pair in parts)


def contains_address(block: str, address: str) -> bool:
    return ipaddress.ip_address(address) in ipaddress.ip_network(block, strict=False)


def parse_date(text: str) -> float:
    """Seconds since 1970 of a date in ISO 8601 or in seconds."""
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return float(text)
    date = datetime.datetime.fromisoformat(re.sub(r"Z$", "+00:00", text))
    return (date if date.tzinfo else date.replace(tzinfo=datetime.timezone.utc)).timestamp()


def compare(read: Callable[[str], Any], relation: Callable[[Any, Any], bool]) -> Callable[[str, str], bool]:
    return lambda expected, actual: relation(read(actual), read(expected))


ORDERS = {"LessThan": operator.lt, "LessThanEquals": operator.le, "GreaterThan": operator.gt, "GreaterThanEquals": operator.ge}

# Operator -> whether an expected value and an actual one agree.
OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": operator.eq,
    "StringEqualsIgnoreCase": compare(str.lower, operator.eq),
    "StringLike": covers,
    "ArnEquals": covers_arn,
    "ArnLike": covers_arn,
    "BinaryEquals": operator.eq,
    "Bool": compare(str.lower, operator.eq),
    "IpAddress": contains_address,
    "NumericEquals": compare(float, operator.eq),
    "DateEquals": compare(parse_date, operator.eq),
    **{f"Numeric{name}": compare(float, relation) for name, relation in ORDERS.items()},
    **{f"Date{name}": compare(parse_date, relation) for name, relation in ORDERS.items()},
}

# The negated operators: one that agrees with no expected value.
NEGATED = {
    re.sub(r"^(String|Arn|Numeric|Date)", r"\1Not", name) if name != "IpAddress" else "NotIpAddress": OPERATORS[name]
    for name in OPERATORS
    if name in ("IpAddress", "StringLike", "ArnLike") or name.endswith(("Equals", "EqualsIgnoreCase")) and "Than" not in name
}


def agrees(agree: Callable[[str, str], bool], expected: list[str], actual: str) -> bool:
    for value in expected:
        try:
            if agree(value, actual):
                return True
        except ValueError:
            continue  # A number, date or address that is none agrees with nothing.
    return False


def holds_for(name: str, expected: list[str], actual: tuple[str, ...]) -> bool | None:
    """Whether one operator holds for the values that the request has; None for an operator that does not exist."""
    quantifier, _, name = name.rpartition(":")
    if name == "Null":
        return (str(expected[0]).lower() == "true") == (not actual)
    lenient, name = name.endswith("IfExists"), name.removesuffix("IfExists")
    negated = name in NEGATED
    agree = NEGATED.get(name) or OPERATORS.get(name)
    if agree is None or quantifier not in ("", "ForAllValues", "ForAnyValue"):
        return None
    if not actual:
        return lenient or quantifier == "ForAllValues" or (negated and not quantifier)
    results = [agrees(agree, expected, value) != negated for value in actual]
    return all(results) if quantifier == "ForAllValues" or (negated and not quantifier) else any(results)


def judge_condition(block: dict[str, dict[str, Any]], lookup: Lookup, fill: Callable[[str], str]) -> tuple[bool, list[str]]:
    """Whether every operator of a Condition block may hold for every key, and the parts that cannot be judged.

    `fill` puts the values of policy variables into an expected value.
    """
    unknown = []
    for name, keys in block.items():
        for key, expected in keys.items():
            values = [fill(str(value).lower() if isinstance(value, bool) else str(value)) for value in as_list(expected)]
            actual = lookup(key.lower())
            result = None if actual is None else holds_for(name, values, actual)
            if result is False:
                return False, []
            if result is None:
                unknown.append(f"{name} {key}")
    return True, unknown
