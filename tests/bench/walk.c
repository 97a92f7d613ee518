/* The limit of the machine for framing: walks a stream of frames and copies each payload. Returns how many there were. */
#include <stdint.h>
#include <string.h>

long walk(const uint8_t *stream, long size, uint8_t *out)
{
    long at = 0, frames = 0;
    while (size - at >= 4) {
        const uint8_t *head = stream + at;
        long length = (long)head[0] << 24 | (long)head[1] << 16 | (long)head[2] << 8 | head[3];
        if (size - at - 4 < length)
            break;
        memcpy(out + at, head + 4, (size_t)length);
        at += 4 + length;
        frames++;
    }
    return frames;
}
