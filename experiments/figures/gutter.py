"""Published numbers beside the last epoch: stars in a strip of their own right of the axes, each with its name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.transforms import Affine2D, ScaledTranslation, Transform, blended_transform_factory

from experiments.config.study import Arm, Study
from experiments.figures.style import GAP_POINTS
from experiments.formatting import listed
from experiments.reports.published import published_of

STAR_POINTS = 11
MARGIN_POINTS = 3
SHADE = "#E4E4E4"
HEADING = "published"

End = tuple[float, str, str]


@dataclass(frozen=True)
class Star:
    """A published number: of which arm or split it is, where it is printed, and the colour of its line."""

    value: float
    name: str
    place: str
    colour: str


def find_stars(study: Study, arm: Arm, metric: str, name: str, colour: str) -> list[Star]:
    """The published numbers of an arm that is run as its report declares."""
    return [Star(found.value, name, short_place(found.place), colour) for found in published_of(study.name, arm, metric)]


def short_place(place: str) -> str:
    """`Figure 2` for `Section III-A, on Figure 2`, `Table I` for `Table I, row Ours`."""
    return place.rpartition(" on ")[2].partition(",")[0]


def draw_gutter(axes: Axes, stars: Sequence[Star]) -> None:
    """Draws the strip and the stars in it, side by side where one would hide another. Call it once the scale is final."""
    if not stars:
        return
    points = _points_right_of(axes)
    columns = _columns(axes, [star.value for star in stars])
    width = gutter_points(axes, stars)
    strip = Rectangle((0, 0), width, 1, transform=blended_transform_factory(points, axes.transAxes), color=SHADE, zorder=0)
    strip.set_clip_on(False)
    axes.add_patch(strip)
    for star, column in zip(stars, columns, strict=True):
        x = MARGIN_POINTS + STAR_POINTS * (column + 0.5)
        (drawn,) = axes.plot([x], [star.value], "*", color=star.colour, clip_on=False, zorder=5)
        drawn.set(markersize=STAR_POINTS, markeredgecolor="black", transform=blended_transform_factory(points, axes.transData))
    above = blended_transform_factory(points, axes.transAxes)
    axes.text(width / 2, 1.01, HEADING, transform=above, ha="center", va="bottom", fontsize=7.5, clip_on=False)


def gutter_points(axes: Axes, stars: Sequence[Star]) -> float:
    """How wide the strip is, none without stars."""
    columns = _columns(axes, [star.value for star in stars])
    return 2 * MARGIN_POINTS + STAR_POINTS * (1 + max(columns)) if columns else 0


def label_gap(axes: Axes, stars: Sequence[Star]) -> float:
    """How far right of the axes names begin."""
    return gutter_points(axes, stars) + GAP_POINTS


def star_ends(stars: Sequence[Star]) -> list[End]:
    """The names of the stars, as lines' ends are named."""
    return [(star.value, f"★ {star.name} {star.value:g}", star.colour) for star in stars]


def star_caption(stars: Sequence[Star]) -> str:
    """What stars are and where their numbers are printed; nothing without stars."""
    places = {place: [star for star in stars if star.place == place] for place in dict.fromkeys(star.place for star in stars)}
    if len(places) < 2:
        return "".join(f" Stars: the values published in {place} for the last epoch." for place in places)
    named = (f"{listed([f'{star.name} {star.value:g}' for star in found])} in {place}" for place, found in places.items())
    return f" Stars: the values published for the last epoch, {listed(list(named))}."


def _columns(axes: Axes, values: Sequence[float]) -> list[int]:
    """For each value the first column in which no star lies nearer to it than a star is wide."""
    figure: Figure = axes.get_figure(root=True)  # type: ignore[assignment]
    heights = [72 / figure.dpi * float(axes.transData.transform((0, value))[1]) for value in values]
    placed: dict[int, int] = {}
    for index in sorted(range(len(values)), key=lambda index: heights[index]):
        taken = {column for other, column in placed.items() if heights[index] - heights[other] < STAR_POINTS}
        placed[index] = min(set(range(len(values))) - taken)
    return [placed[index] for index in range(len(values))]


def _points_right_of(axes: Axes) -> Transform:
    """Takes an x in points right of the axes to pixels."""
    figure: Figure = axes.get_figure(root=True)  # type: ignore[assignment]
    return Affine2D().scale(1 / 72) + figure.dpi_scale_trans + ScaledTranslation(1, 0, axes.transAxes)  # type: ignore[arg-type]
