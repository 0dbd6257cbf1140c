from __future__ import annotations

import pytest

from tf2migrate.source import add_import, apply_edits, remove_import


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("import os\nx = 1\n", "import os\nimport numpy as np\nx = 1\n"),
        ('"""Doc."""\nx = 1\n', '"""Doc."""\nimport numpy as np\nx = 1\n'),
        ("#!/usr/bin/env python\nx = 1\n", "#!/usr/bin/env python\nimport numpy as np\nx = 1\n"),
        ("from __future__ import annotations", "from __future__ import annotations\nimport numpy as np"),
        (
            "from a import (\n    b,\n)\nx = 1\nimport c\n",
            "from a import (\n    b,\n)\nimport numpy as np\nx = 1\nimport c\n",
        ),
        ("", "import numpy as np\n"),
    ],
)
def test_an_import_is_added_after_the_leading_ones(before: str, after: str) -> None:
    edit = add_import(before, "import numpy as np")
    assert edit is not None
    assert apply_edits(before, [edit]) == after


@pytest.mark.parametrize("text", ["import numpy as np\n", "x = 1\nimport numpy as np\n"])
def test_an_import_that_is_there_is_not_added(text: str) -> None:
    assert add_import(text, "import numpy as np") is None


@pytest.mark.parametrize(
    ("before", "name", "after"),
    [
        ("import os\nimport sys\n", "os", "import sys\n"),
        ("import os, sys\n", "os", "import sys\n"),
        ("import os, sys\n", "sys", "import os\n"),
        ("from a import (b,\n  c as d)\n", "d", "from a import (b)\n"),
        ("if x:\n    import os\n", "os", "if x:\n    pass\n"),
        ("try:\n    import os  # why\n    y = 1\nfinally:\n    pass\n", "os", "try:\n    y = 1\nfinally:\n    pass\n"),
        ("import os; x = 1\n", "os", "x = 1\n"),
        ("import os.path\nx = 1\n", "os", "x = 1\n"),
    ],
)
def test_an_import_is_removed(before: str, name: str, after: str) -> None:
    edit = remove_import(before, name)
    assert edit is not None
    assert apply_edits(before, [edit]) == after


def test_a_name_that_no_import_binds_is_left() -> None:
    assert remove_import("import os as o\nos = 1\n", "os") is None
