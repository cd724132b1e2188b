"""Answers questions about policies: one JSON object per line, {document, principal, action, resource, context}; prints the verdict of each."""

import json
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])

from policy import Question, judge  # noqa: E402

for line in sys.stdin:
    case = json.loads(line)
    values = {key.lower(): tuple(value if isinstance(value, list) else [value]) for key, value in case["context"].items()}
    question = Question(case["principal"], case["action"], case["resource"], values.get)
    print(judge(case["document"], question).value)
