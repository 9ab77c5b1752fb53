// SHA-256 (FIPS 180-4), because a page that was opened from a plain http address is given none by the browser.

// The first 32 bits of the fractional part of a root of each of the first primes: the square root of 8, the cube root of 64.
const primes = Array.from({ length: 310 }, (_, k) => k + 2).filter((n) => Array.from({ length: n - 2 }, (_, k) => k + 2).every((d) => n % d));
const fraction = (root) => Math.floor((root - Math.floor(root)) * 2 ** 32) | 0;
const roundConstants = primes.slice(0, 64).map((prime) => fraction(Math.cbrt(prime)));
const initialHash = primes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));

const rotate = (word, bits) => (word >>> bits) | (word << (32 - bits));

// The message, a one bit, zeros, and the message's length in bits, in blocks of 64 bytes (section 5.1.1).
function padMessage(bytes) {
  const padded = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  new DataView(padded.buffer).setBigUint64(padded.length - 8, BigInt(8 * bytes.length));
  return new DataView(padded.buffer);
}

function expandBlock(message, start) {
  const words = new Int32Array(64);
  for (let k = 0; k < 16; k++) words[k] = message.getInt32(start + 4 * k);
  for (let k = 16; k < 64; k++) {
    const [before, late] = [words[k - 15], words[k - 2]];
    const low = rotate(before, 7) ^ rotate(before, 18) ^ (before >>> 3);
    const high = rotate(late, 17) ^ rotate(late, 19) ^ (late >>> 10);
    words[k] = words[k - 16] + low + words[k - 7] + high;
  }
  return words;
}

function compressBlock(hash, words) {
  let [a, b, c, d, e, f, g, h] = hash;
  for (let k = 0; k < 64; k++) {
    const choice = (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g));
    const first = (h + choice + roundConstants[k] + words[k]) | 0;
    const second = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  return [a, b, c, d, e, f, g, h].map((word, k) => (word + hash[k]) | 0);
}

// The digest of some bytes as 64 hexadecimal digits.
function sha256(bytes) {
  const message = padMessage(bytes);
  let hash = initialHash;
  for (let start = 0; start < message.byteLength; start += 64) hash = compressBlock(hash, expandBlock(message, start));
  return hash.map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}
