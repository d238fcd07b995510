//! What a picture shows: a table by a window in the light of its hour, and on it what the text speaks of.

use tiny_skia::{
    Color, FillRule, GradientStop, LinearGradient, Paint, PathBuilder, Pixmap, Point, Rect, SpreadMode, Transform,
};

use super::{FULL_HEIGHT, FULL_WIDTH, motif::Motif};
use crate::words::stems;

/// A still life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Scene {
    motifs: Vec<Motif>,
    is_morning: bool,
    chance: Chance,
}

/// Numbers that follow from a text alone (SplitMix64 over FNV-1a): they place what is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Chance(u64);

impl Chance {
    fn of(text: &str) -> Self {
        Self(
            text.bytes()
                .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)),
        )
    }

    /// The next number, from 0 to 1.
    pub(super) fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let part = u16::try_from((mixed >> 48) & 0xffff).unwrap_or(0);
        f32::from(part) / f32::from(u16::MAX)
    }

    /// The next number between two.
    pub(super) fn between(&mut self, least: f32, most: f32) -> f32 {
        least + self.next() * (most - least)
    }
}

/// How many things stand on a table.
const THINGS: usize = 3;

impl Scene {
    /// The scene of a text: what it names, in the order in which it does; a plate where it names nothing.
    pub(super) fn of(text: &str) -> Self {
        let stems = stems(text);
        let mut motifs = Vec::new();
        for motif in stems.iter().filter_map(|stem| Motif::of(stem)) {
            if !motifs.contains(&motif) && motifs.len() < THINGS {
                motifs.push(motif);
            }
        }
        if motifs.is_empty() {
            motifs.push(Motif::Plate);
        }
        let is_morning =
            stems.iter().any(|stem| ["sniad", "ran", "owsia", "poran"].iter().any(|word| stem.starts_with(word)));
        Self { motifs, is_morning, chance: Chance::of(text) }
    }

    /// What it shows, in Polish.
    pub(super) fn shows(&self) -> String {
        let things = self.motifs.iter().map(|motif| motif.name()).collect::<Vec<_>>().join(", ");
        let light = if self.is_morning { "w porannym świetle" } else { "w południowym świetle" };
        format!("Na stole {light}: {things}")
    }

    /// Paints it.
    pub(super) fn paint(&self, canvas: &mut Pixmap, scale: Transform) {
        let mut brush = Brush { canvas, scale };
        let mut chance = self.chance;
        self.paint_room(&mut brush, &mut chance);
        let things = u16::try_from(self.motifs.len()).unwrap_or(u16::MAX);
        let step = FULL_WIDTH_F / (f32::from(things) + 1.0);
        let mut centre = step;
        for motif in &self.motifs {
            let middle = centre + chance.between(-0.12, 0.12) * step;
            motif.paint(&mut brush, middle, TABLE + chance.between(70.0, 120.0), &mut chance);
            centre += step;
        }
    }

    fn paint_room(&self, brush: &mut Brush<'_>, chance: &mut Chance) {
        let (top, bottom, wood) = if self.is_morning {
            ([255, 214, 165], [255, 239, 213], [150, 98, 62])
        } else {
            ([176, 214, 233], [235, 244, 240], [131, 96, 74])
        };
        brush.gradient([0.0, 0.0, FULL_WIDTH_F, TABLE], top, bottom);
        let window = chance.between(90.0, 760.0);
        brush.fill_rect([window, 60.0, 320.0, 250.0], [255, 255, 255]);
        brush.gradient([window + 12.0, 72.0, 296.0, 226.0], bottom, top);
        brush.fill_ellipse([window + chance.between(90.0, 220.0), 150.0], [46.0, 46.0], [255, 203, 92]);
        brush.fill_rect([window + 154.0, 60.0, 12.0, 250.0], [255, 255, 255]);
        brush.fill_rect([window, 179.0, 320.0, 12.0], [255, 255, 255]);
        let darker = wood.map(|part: u8| part.saturating_sub(26));
        brush.gradient([0.0, TABLE, FULL_WIDTH_F, FULL_HEIGHT_F - TABLE], wood, darker);
        for _ in 0..7 {
            let (x, y) = (chance.between(0.0, 1000.0), chance.between(TABLE + 12.0, FULL_HEIGHT_F - 8.0));
            brush.fill_rect([x, y, chance.between(80.0, 320.0), 3.0], darker);
        }
    }
}

/// Where the table begins.
const TABLE: f32 = 400.0;
#[expect(clippy::cast_precision_loss, reason = "a few hundred pixels")]
const FULL_WIDTH_F: f32 = FULL_WIDTH as f32;
#[expect(clippy::cast_precision_loss, reason = "a few hundred pixels")]
const FULL_HEIGHT_F: f32 = FULL_HEIGHT as f32;

/// What paints on a canvas, in coordinates of the full size.
pub(super) struct Brush<'a> {
    canvas: &'a mut Pixmap,
    scale: Transform,
}

/// A colour: red, green, blue.
pub(super) type Shade = [u8; 3];

impl Brush<'_> {
    fn paint_of<'p>([red, green, blue]: Shade) -> Paint<'p> {
        let mut paint = Paint::default();
        paint.set_color_rgba8(red, green, blue, 255);
        paint.anti_alias = true;
        paint
    }

    /// A rectangle: left, top, width, height.
    pub(super) fn fill_rect(&mut self, [left, top, width, height]: [f32; 4], shade: Shade) {
        if let Some(rect) = Rect::from_xywh(left, top, width, height) {
            self.canvas.fill_rect(rect, &Self::paint_of(shade), self.scale, None);
        }
    }

    /// A rectangle whose shade goes over from its top to its bottom.
    fn gradient(&mut self, [left, top, width, height]: [f32; 4], from: Shade, to: Shade) {
        let color = |[red, green, blue]: Shade| Color::from_rgba8(red, green, blue, 255);
        let stops = vec![GradientStop::new(0.0, color(from)), GradientStop::new(1.0, color(to))];
        let (start, end) = (Point::from_xy(0.0, top), Point::from_xy(0.0, top + height));
        let shader = LinearGradient::new(start, end, stops, SpreadMode::Pad, Transform::identity());
        let (Some(shader), Some(rect)) = (shader, Rect::from_xywh(left, top, width, height)) else { return };
        let paint = Paint { shader, ..Paint::default() };
        self.canvas.fill_rect(rect, &paint, self.scale, None);
    }

    /// An ellipse: centre and half axes.
    pub(super) fn fill_ellipse(&mut self, [x, y]: [f32; 2], [across, down]: [f32; 2], shade: Shade) {
        let rect = Rect::from_xywh(x - across, y - down, 2.0 * across, 2.0 * down);
        if let Some(path) = rect.and_then(PathBuilder::from_oval) {
            self.canvas.fill_path(&path, &Self::paint_of(shade), FillRule::Winding, self.scale, None);
        }
    }

    /// A shape of corners, each rounded towards the next.
    pub(super) fn fill_shape(&mut self, corners: &[[f32; 2]], shade: Shade) {
        let mut builder = PathBuilder::new();
        for (place, [x, y]) in corners.iter().enumerate() {
            let [next_x, next_y] = corners[(place + 1) % corners.len()];
            let [middle_x, middle_y] = [f32::midpoint(*x, next_x), f32::midpoint(*y, next_y)];
            if place == 0 {
                let [last_x, last_y] = corners[corners.len() - 1];
                builder.move_to(f32::midpoint(*x, last_x), f32::midpoint(*y, last_y));
            }
            builder.quad_to(*x, *y, middle_x, middle_y);
        }
        builder.close();
        if let Some(path) = builder.finish() {
            self.canvas.fill_path(&path, &Self::paint_of(shade), FillRule::Winding, self.scale, None);
        }
    }
}
