"""The table of networks: complete, true, and the one that is written beside the code."""

from course_utils import models
from course_utils.models import catalogue
from course_utils.tools import cli


def test_every_network_of_both_frameworks_is_in_the_table():
    for framework in ("torch", "keras"):
        text = (catalogue.FOLDER / framework / "__init__.py").read_text("utf-8")
        for name in models.names():
            assert f'"{name}"' in text
        assert text.count('    "') == len(models.names())


def test_the_page_is_the_table_that_the_code_gives():
    """`course models --page` writes it anew."""
    assert (catalogue.FOLDER / "README.md").read_text("utf-8") == catalogue.page()


def test_the_command_prints_a_line_a_network(capsys):
    assert cli.main(["models"]) == 0
    lines = capsys.readouterr().out.splitlines()

    assert [line.split()[0] for line in lines[1:]] == [n.name for n in models.networks()]
    assert "resnet50             2016   25,557,032    4.09 billion  torchvision and keras" in str(
        lines
    )


def test_the_neocognitrons_row_can_be_counted():
    """Weights, and multiplications of the S-cells for an image of 16x16."""
    from course_utils.models.neocognitron import Neocognitron

    layers = [s_layer for s_layer, _ in Neocognitron().pairs]
    work = sum(
        layer.excitation.size * side**2 for layer, side in zip(layers, (16, 8, 4), strict=True)
    )
    count = sum(layer.excitation.size + layer.inhibition.size for layer in layers)

    assert f"{count:,}" == catalogue.NEOCOGNITRON.parameters
    assert f"{work / 1e6:.0f} million" == catalogue.NEOCOGNITRON.multiply_adds
