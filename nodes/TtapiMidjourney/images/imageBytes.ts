/** What the first bytes of an image say about it. */
export interface ImageInfo {
	mimeType: 'image/png' | 'image/jpeg' | 'image/webp' | 'image/gif' | 'image/bmp';
	/** In pixels; undefined if the size isn't among the bytes given. */
	width?: number;
	height?: number;
}

/** The header sizes of BMP. They are checked because a text may begin with "BM", too. */
const BMP_HEADERS = [40, 52, 56, 64, 108, 124];

/** Reads the type and size of an image from its bytes. Undefined if it is none of the five types. */
export function readImageInfo(bytes: Buffer): ImageInfo | undefined {
	const ascii = (start: number, end: number) => bytes.toString('latin1', start, end);

	if (ascii(0, 8) === '\x89PNG\r\n\x1a\n') {
		return bytes.length >= 24
			? { mimeType: 'image/png', width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }
			: { mimeType: 'image/png' };
	}
	if (ascii(0, 3) === '\xff\xd8\xff') return { mimeType: 'image/jpeg', ...jpegSize(bytes) };
	if (ascii(0, 4) === 'RIFF' && ascii(8, 12) === 'WEBP') {
		return { mimeType: 'image/webp', ...webpSize(bytes) };
	}
	if (ascii(0, 4) === 'GIF8') {
		return bytes.length >= 10
			? { mimeType: 'image/gif', width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) }
			: { mimeType: 'image/gif' };
	}
	if (ascii(0, 2) === 'BM' && bytes.length >= 26 && BMP_HEADERS.includes(bytes.readUInt32LE(14))) {
		// The height is negative if the rows are stored from top to bottom.
		return {
			mimeType: 'image/bmp',
			width: bytes.readInt32LE(18),
			height: Math.abs(bytes.readInt32LE(22)),
		};
	}
	return undefined;
}

type Size = Pick<ImageInfo, 'width' | 'height'>;

/** The size is in the frame header: SOF0 to SOF15, without DHT, JPG and DAC. */
function jpegSize(bytes: Buffer): Size {
	let at = 2;
	while (at + 9 <= bytes.length && bytes[at] === 0xff) {
		const marker = bytes[at + 1];
		const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
		if (isFrame) return { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
		at += 2 + bytes.readUInt16BE(at + 2);
	}
	return {};
}

/** The three kinds of WebP have the size in different places (WebP container specification). */
function webpSize(bytes: Buffer): Size {
	if (bytes.length < 30) return {};
	const kind = bytes.toString('latin1', 12, 16);
	if (kind === 'VP8X') {
		return { width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 };
	}
	if (kind === 'VP8L') {
		const packed = bytes.readUInt32LE(21);
		return { width: (packed & 0x3fff) + 1, height: ((packed >>> 14) & 0x3fff) + 1 };
	}
	return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff };
}
