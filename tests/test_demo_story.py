"""The tests of the demo data need a database that has them."""

import subprocess
import sys
from pathlib import Path

STORY = Path(__file__).parents[1] / "client_base_retention/tests/test_demo.py"


def test_the_demo_tells_its_story(pytestconfig, demo_database, scratch_database):
    """None of them is skipped, all of them pass."""
    name = scratch_database(demo_database)
    options = [
        f"--odoo-database={name}",
        f"--odoo-config={pytestconfig.getoption('--odoo-config')}",
    ]
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *options, STORY],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=600,
    )
    assert result.returncode == 0, result.stdout
    assert " passed" in result.stdout
    assert "skipped" not in result.stdout
