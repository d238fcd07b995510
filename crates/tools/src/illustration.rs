//! Illustrations: a still life of what a text is about, drawn as PNG within an offer's limits.

mod motif;
mod scene;

use tiny_skia::{Pixmap, Transform};

/// What an offer promises of a picture (`constraints/output`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SizeLimits {
    /// The greatest width, in pixels.
    pub max_width: u32,
    /// The greatest height, in pixels.
    pub max_height: u32,
    /// The greatest size, in bytes.
    pub max_bytes: usize,
}

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Illustration {
    /// The picture, as PNG.
    pub png: Vec<u8>,
    /// Its width, in pixels.
    pub width: u32,
    /// Its height, in pixels.
    pub height: u32,
    /// What it shows, in Polish.
    pub shows: String,
}

/// Why there is no picture.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DrawError {
    /// No picture is so small.
    #[error("expected limits of at least {SMALLEST_WIDTH} by {SMALLEST_HEIGHT} pixels, found {width} by {height}")]
    TooSmall {
        /// The greatest width.
        width: u32,
        /// The greatest height.
        height: u32,
    },
    /// The smallest picture is still larger than that.
    #[error("expected a limit of at least {least} bytes, found {found}")]
    TooFewBytes {
        /// What the smallest picture takes.
        least: usize,
        /// The limit.
        found: usize,
    },
    /// The picture could not be encoded.
    #[error("expected to encode a picture: {0}")]
    Encode(String),
}

/// The size at which scenes are laid out: 16 by 9.
const FULL_WIDTH: u32 = 1200;
const FULL_HEIGHT: u32 = 675;
const SMALLEST_WIDTH: u32 = 160;
const SMALLEST_HEIGHT: u32 = 90;

/// Draws what a text is about. The same text and limits give the same bytes.
///
/// # Errors
/// Where the limits leave no room for a picture.
pub fn draw(text: &str, limits: SizeLimits) -> Result<Illustration, DrawError> {
    let scene = scene::Scene::of(text);
    let (mut width, mut height) = fitted(limits)?;
    loop {
        let png = render(&scene, width, height)?;
        if png.len() <= limits.max_bytes {
            return Ok(Illustration { png, width, height, shows: scene.shows() });
        }
        if width / 2 < SMALLEST_WIDTH || height / 2 < SMALLEST_HEIGHT {
            return Err(DrawError::TooFewBytes { least: png.len(), found: limits.max_bytes });
        }
        (width, height) = (width / 2, height / 2);
    }
}

/// The largest size of 16 by 9 within the limits, at most the full one.
fn fitted(limits: SizeLimits) -> Result<(u32, u32), DrawError> {
    let width = FULL_WIDTH.min(limits.max_width).min(limits.max_height.saturating_mul(16) / 9);
    let height = width * 9 / 16;
    if width < SMALLEST_WIDTH || height < SMALLEST_HEIGHT {
        return Err(DrawError::TooSmall { width: limits.max_width, height: limits.max_height });
    }
    Ok((width, height))
}

fn render(scene: &scene::Scene, width: u32, height: u32) -> Result<Vec<u8>, DrawError> {
    let mut canvas = Pixmap::new(width, height).ok_or_else(|| DrawError::Encode("no room".to_owned()))?;
    #[expect(clippy::cast_precision_loss, reason = "a few hundred pixels")]
    let scale = width as f32 / FULL_WIDTH as f32;
    scene.paint(&mut canvas, Transform::from_scale(scale, scale));
    canvas.encode_png().map_err(|error| DrawError::Encode(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: SizeLimits = SizeLimits { max_width: 1920, max_height: 1080, max_bytes: 10 << 20 };

    #[test]
    fn a_picture_keeps_to_its_limits_and_is_the_same_each_time() {
        for (max_width, max_height, expected) in
            [(1920, 1080, (1200, 675)), (640, 1080, (640, 360)), (1920, 180, (320, 180)), (160, 90, (160, 90))]
        {
            let limits = SizeLimits { max_width, max_height, ..LIMITS };
            let drawn = draw("Owsianka i kawa", limits).unwrap();
            assert_eq!((drawn.width, drawn.height), expected);
            assert_eq!(drawn, draw("Owsianka i kawa", limits).unwrap());
            let read = Pixmap::decode_png(&drawn.png).unwrap();
            assert_eq!((read.width(), read.height()), expected);
        }
    }

    #[test]
    fn different_texts_give_different_pictures() {
        let one = draw("Owsianka z owocami", LIMITS).unwrap();
        let other = draw("Pierogi z soczewicą", LIMITS).unwrap();
        assert_ne!(one.png, other.png);
        assert_ne!(one.shows, other.shows);
        assert_ne!(draw("Owsianka wygrywa", LIMITS).unwrap().png, one.png);
    }

    #[test]
    fn a_picture_that_is_too_large_is_drawn_smaller_and_at_last_refused() {
        let full = draw("Zupa", LIMITS).unwrap();
        let halved = draw("Zupa", SizeLimits { max_bytes: full.png.len() - 1, ..LIMITS }).unwrap();
        assert_eq!((halved.width, halved.height), (600, 337));
        assert!(matches!(draw("Zupa", SizeLimits { max_bytes: 100, ..LIMITS }), Err(DrawError::TooFewBytes { .. })));
        assert!(matches!(draw("Zupa", SizeLimits { max_width: 159, ..LIMITS }), Err(DrawError::TooSmall { .. })));
    }
}
