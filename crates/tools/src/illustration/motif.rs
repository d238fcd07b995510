//! What stands on the table.

use super::scene::{Brush, Chance, Shade};

/// A thing that a text may speak of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Motif {
    Bowl,
    Soup,
    Bread,
    Cup,
    Dumplings,
    Bottle,
    Jar,
    Vegetables,
    Box,
    Plate,
}

/// The beginnings of the stems that call for each.
const CALLS: &[(&str, Motif)] = &[
    ("owsia", Motif::Bowl),
    ("platk", Motif::Bowl),
    ("jogurt", Motif::Bowl),
    ("zup", Motif::Soup),
    ("pomidor", Motif::Soup),
    ("kotl", Motif::Soup),
    ("bul", Motif::Bread),
    ("mąk", Motif::Bread),
    ("pieczyw", Motif::Bread),
    ("kanap", Motif::Bread),
    ("piekar", Motif::Bread),
    ("kaw", Motif::Cup),
    ("herbat", Motif::Cup),
    ("przerw", Motif::Cup),
    ("energet", Motif::Cup),
    ("pierog", Motif::Dumplings),
    ("mlek", Motif::Bottle),
    ("mlecz", Motif::Bottle),
    ("butel", Motif::Bottle),
    ("miod", Motif::Jar),
    ("pszczel", Motif::Jar),
    ("warzyw", Motif::Vegetables),
    ("strącz", Motif::Vegetables),
    ("szpina", Motif::Vegetables),
    ("owoc", Motif::Vegetables),
    ("dostaw", Motif::Box),
    ("kurier", Motif::Box),
    ("cater", Motif::Box),
    ("obiad", Motif::Plate),
    ("lunch", Motif::Plate),
    ("sniad", Motif::Plate),
];

const CHINA: Shade = [250, 248, 242];
const SHADOW: Shade = [104, 70, 48];

impl Motif {
    /// What a stem calls for.
    pub(super) fn of(stem: &str) -> Option<Self> {
        CALLS.iter().find(|(beginning, _)| stem.starts_with(beginning)).map(|(_, motif)| *motif)
    }

    /// Its name, in Polish.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Bowl => "miska owsianki",
            Self::Soup => "talerz zupy",
            Self::Bread => "bochenek chleba",
            Self::Cup => "filiżanka kawy",
            Self::Dumplings => "pierogi",
            Self::Bottle => "butelka mleka",
            Self::Jar => "słoik miodu",
            Self::Vegetables => "warzywa",
            Self::Box => "pudełko z obiadem",
            Self::Plate => "talerz",
        }
    }

    /// Paints it, standing at a point of the table.
    pub(super) fn paint(self, brush: &mut Brush<'_>, x: f32, y: f32, chance: &mut Chance) {
        brush.fill_ellipse([x + 10.0, y + 26.0], [130.0, 26.0], SHADOW);
        match self {
            Self::Bowl => bowl(brush, x, y, [222, 196, 150], [[172, 42, 60], [70, 92, 150]], chance),
            Self::Soup => bowl(brush, x, y, [205, 92, 52], [[74, 124, 54], [244, 226, 186]], chance),
            Self::Bread => bread(brush, x, y),
            Self::Cup => cup(brush, x, y),
            Self::Dumplings => dumplings(brush, x, y, chance),
            Self::Bottle => bottle(brush, x, y),
            Self::Jar => jar(brush, x, y),
            Self::Vegetables => vegetables(brush, x, y, chance),
            Self::Box => parcel(brush, x, y),
            Self::Plate => plate(brush, x, y),
        }
    }
}

fn bowl(brush: &mut Brush<'_>, x: f32, y: f32, inside: Shade, toppings: [Shade; 2], chance: &mut Chance) {
    brush
        .fill_shape(&[[x - 130.0, y - 60.0], [x + 130.0, y - 60.0], [x + 80.0, y + 40.0], [x - 80.0, y + 40.0]], CHINA);
    brush.fill_ellipse([x, y - 46.0], [118.0, 30.0], CHINA);
    brush.fill_ellipse([x, y - 46.0], [104.0, 23.0], inside);
    for _ in 0..9 {
        let (across, down) = (chance.between(-80.0, 80.0), chance.between(-11.0, 11.0));
        let shade = toppings[usize::from(chance.next() < 0.5)];
        brush.fill_ellipse([x + across, y - 46.0 + down], [9.0, 6.0], shade);
    }
}

fn bread(brush: &mut Brush<'_>, x: f32, y: f32) {
    brush.fill_shape(
        &[[x - 160.0, y + 30.0], [x - 150.0, y - 90.0], [x + 150.0, y - 90.0], [x + 160.0, y + 30.0]],
        [186, 120, 58],
    );
    for cut in [-70.0, 0.0, 70.0] {
        brush.fill_shape(
            &[[x + cut - 26.0, y - 6.0], [x + cut - 4.0, y - 64.0], [x + cut + 30.0, y - 60.0], [x + cut + 2.0, y]],
            [232, 188, 120],
        );
    }
}

fn cup(brush: &mut Brush<'_>, x: f32, y: f32) {
    brush.fill_ellipse([x, y + 14.0], [120.0, 24.0], CHINA);
    brush.fill_ellipse([x + 78.0, y - 40.0], [34.0, 30.0], CHINA);
    brush.fill_ellipse([x + 78.0, y - 40.0], [18.0, 15.0], [214, 190, 160]);
    brush
        .fill_shape(&[[x - 84.0, y - 104.0], [x + 84.0, y - 104.0], [x + 62.0, y + 22.0], [x - 62.0, y + 22.0]], CHINA);
    brush.fill_ellipse([x, y - 80.0], [70.0, 17.0], [78, 48, 32]);
}

fn dumplings(brush: &mut Brush<'_>, x: f32, y: f32, chance: &mut Chance) {
    plate(brush, x, y);
    for (across, down) in [(-70.0, -22.0), (0.0, -30.0), (70.0, -22.0), (-36.0, -6.0), (38.0, -4.0)] {
        let (left, top) = (x + across + chance.between(-6.0, 6.0), y + down);
        brush.fill_shape(
            &[
                [left - 46.0, top + 16.0],
                [left - 28.0, top - 26.0],
                [left + 28.0, top - 26.0],
                [left + 46.0, top + 16.0],
            ],
            [244, 226, 186],
        );
        brush.fill_ellipse([left, top + 2.0], [20.0, 7.0], [228, 202, 152]);
    }
}

fn bottle(brush: &mut Brush<'_>, x: f32, y: f32) {
    brush.fill_shape(
        &[[x - 62.0, y + 34.0], [x - 66.0, y - 150.0], [x + 66.0, y - 150.0], [x + 62.0, y + 34.0]],
        [244, 246, 248],
    );
    brush.fill_rect([x - 24.0, y - 214.0, 48.0, 110.0], [232, 238, 244]);
    brush.fill_rect([x - 30.0, y - 226.0, 60.0, 22.0], [64, 110, 160]);
    brush.fill_rect([x - 40.0, y - 62.0, 80.0, 46.0], [64, 110, 160]);
}

fn jar(brush: &mut Brush<'_>, x: f32, y: f32) {
    brush.fill_shape(
        &[[x - 96.0, y + 32.0], [x - 96.0, y - 130.0], [x + 96.0, y - 130.0], [x + 96.0, y + 32.0]],
        [222, 150, 32],
    );
    brush.fill_rect([x - 74.0, y - 128.0, 148.0, 30.0], [120, 76, 40]);
    brush.fill_rect([x - 50.0, y - 70.0, 100.0, 54.0], CHINA);
    brush.fill_ellipse([x, y - 43.0], [18.0, 12.0], [222, 150, 32]);
}

fn vegetables(brush: &mut Brush<'_>, x: f32, y: f32, chance: &mut Chance) {
    for (across, shade) in [(-80.0, [200, 60, 44]), (0.0, [92, 142, 60]), (78.0, [226, 140, 44])] {
        let (middle, size) = (x + across, chance.between(46.0, 62.0));
        brush.fill_ellipse([middle, y - size * 0.6], [size, size * 0.8], shade);
        brush.fill_shape(
            &[
                [middle - 8.0, y - size * 1.3],
                [middle, y - size * 1.8],
                [middle + 26.0, y - size * 1.7],
                [middle + 6.0, y - size * 1.2],
            ],
            [58, 104, 48],
        );
    }
}

fn parcel(brush: &mut Brush<'_>, x: f32, y: f32) {
    brush.fill_rect([x - 120.0, y - 110.0, 240.0, 136.0], [196, 156, 106]);
    brush.fill_rect([x - 120.0, y - 110.0, 240.0, 30.0], [174, 134, 86]);
    brush.fill_rect([x - 16.0, y - 110.0, 32.0, 136.0], [226, 206, 170]);
}

fn plate(brush: &mut Brush<'_>, x: f32, y: f32) {
    brush.fill_ellipse([x, y], [150.0, 44.0], CHINA);
    brush.fill_ellipse([x, y - 2.0], [108.0, 29.0], [232, 228, 218]);
}
