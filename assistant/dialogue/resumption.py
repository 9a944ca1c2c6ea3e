"""Whether a stored conversation still fits the script, which may have changed since."""

from assistant.dialogue.handlers import questions
from assistant.dialogue.script.model import Script
from assistant.dialogue.state import State, Task


def misfit(state: State, script: Script) -> str:
    """What of ``state`` the script does not have; empty if it fits."""
    for task in state.tasks:
        if not _fits(task, script):
            return f"the script has no {task.kind} {task.name}, step {task.step}, part {task.part}"
        for item in task.items:
            if item.question and questions.find(script, item.question) is None:
                return f"the script has no question {item.question}"
    return ""


def _fits(task: Task, script: Script) -> bool:
    if task.kind == "guide":
        guide = script.guides.get(task.name)
        if guide is None or task.step > len(guide.steps):
            return False
        steps = guide.steps[task.step : task.step + 1]
        return all(task.part <= len(step.parts) for step in steps)
    return task.kind == "talk" or task.name in script.topics
