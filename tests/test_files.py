import os
import stat
from pathlib import Path

import pytest

from newsclean.errors import WriteError
from newsclean.files import identity, is_folder, is_inside, make_folder, refuse_inputs, replacing, write, write_copy


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_new_file(tmp_path: Path) -> None:
    write(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"new"
    assert names(tmp_path) == ["a"]


def test_an_old_file_hands_on_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")
    path.chmod(0o640)
    write(path, b"new")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_an_interrupted_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")

    def fail(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    for name in ("replace", "fsync"):
        with monkeypatch.context() as patch:
            patch.setattr(os, name, fail)
            with pytest.raises(WriteError, match="a cannot be written: No space left on device"):
                write(path, b"new")
        assert path.read_bytes() == b"old"
        assert names(tmp_path) == ["a"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_what_goes_wrong_meanwhile_leaves_the_old_file(tmp_path: Path, error: type[BaseException]) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")

    def half() -> None:
        with replacing(path) as stream:
            stream.write(b"half")
            raise error

    with pytest.raises(error):
        half()
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a"]


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    (tmp_path / "link").symlink_to("a")
    write(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "a").read_bytes() == b"new"


def test_a_device_stays_one() -> None:
    write("/dev/null", b"x")
    assert not Path("/dev/null").is_file()


def test_a_pipe_without_a_name() -> None:
    there, here = os.pipe()
    write(f"/dev/fd/{here}", b"x")
    os.close(here)
    assert os.read(there, 9) == b"x"
    os.close(there)


def test_places_that_cannot_be_written_to(tmp_path: Path) -> None:
    with pytest.raises(WriteError, match=r"the folder .*missing is missing: make it first"):
        write(tmp_path / "missing" / "a", b"x")
    with pytest.raises(WriteError, match="is a folder"):
        write(tmp_path, b"x")
    with pytest.raises(WriteError, match="new/ is a folder"):
        write(f"{tmp_path}/new/", b"x")
    (tmp_path / "a").write_bytes(b"")
    with pytest.raises(WriteError, match="is missing"):
        write(tmp_path / "a" / "b", b"x")


def test_the_longest_name_there_can_be(tmp_path: Path) -> None:
    write(tmp_path / ("x" * 255), b"x")
    assert names(tmp_path) == ["x" * 255]


def test_a_copy_replaces_nothing(tmp_path: Path) -> None:
    write_copy(tmp_path / "a", b"one")
    with pytest.raises(WriteError, match="exists already"):
        write_copy(tmp_path / "a", b"two")
    assert (tmp_path / "a").read_bytes() == b"one"


def test_one_file_under_many_names(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"")
    (tmp_path / "soft").symlink_to("a")
    os.link(path, tmp_path / "hard")
    for other in ("soft", "hard", "a", "../" + tmp_path.name + "/a"):
        with pytest.raises(WriteError, match="is one of the inputs: give --in-place"):
            refuse_inputs([tmp_path / "new", tmp_path / other], [path])
    refuse_inputs([tmp_path / "new"], [path, "missing"])
    assert identity("/dev/null") is None
    assert identity(tmp_path / "missing") is None


def test_make_folder(tmp_path: Path) -> None:
    make_folder(tmp_path / "out")
    make_folder(tmp_path / "out")
    with pytest.raises(WriteError, match="is missing: make it first"):
        make_folder(tmp_path / "no" / "out")
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(WriteError, match="is a file"):
        make_folder(tmp_path / "file")


def test_is_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert is_folder(tmp_path)
    assert not is_folder(tmp_path / "missing")

    def fail(_path: Path) -> bool:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "is_dir", fail)
    assert not is_folder(tmp_path)


def test_is_inside(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "link").symlink_to("in")
    assert is_inside(tmp_path / "in", tmp_path / "in")
    assert is_inside(tmp_path / "link" / "new", tmp_path / "in")
    assert not is_inside(tmp_path / "inner", tmp_path / "in")
    assert not is_inside(tmp_path, tmp_path / "in")
