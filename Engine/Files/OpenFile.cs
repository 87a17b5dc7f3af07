// SPDX-License-Identifier: MIT
using System.Globalization;
using LbEngine.Transport.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace LbEngine.Files;

/// <summary>A regular file that is open for reading. One thread.</summary>
/// <param name="Handle">Closed with this.</param>
/// <param name="Status">What the kernel says of it; nothing where that is not known.</param>
internal readonly record struct OpenFile(SafeFileHandle Handle, FileStatus? Status) : IDisposable
{
    private const int FirstBuffer = 4096;

    /// <summary>Reads to its end, whatever it calls its length: that may grow meanwhile, and says nothing under /proc.</summary>
    /// <exception cref="RefusedFileException">It is larger.</exception>
    public ReadOnlyMemory<byte> Read(int maxBytes)
    {
        // One byte more than allowed tells a file that is too large.
        long expected = Math.Max(RandomAccess.GetLength(Handle) + 1, FirstBuffer);
        byte[] buffer = new byte[Math.Min(expected, maxBytes + 1L)];
        int length = 0;
        while (true)
        {
            int read = RandomAccess.Read(Handle, buffer.AsSpan(length), length);
            length += read;
            if (length > maxBytes)
            {
                throw new RefusedFileException($"is larger than {Describe(maxBytes)}");
            }

            if (read == 0)
            {
                return buffer.AsMemory(0, length);
            }

            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, (int)Math.Min(buffer.Length * 2L, maxBytes + 1L));
            }
        }
    }

    /// <summary>Reads its first bytes, at most so many.</summary>
    public ReadOnlyMemory<byte> ReadStart(int count)
    {
        byte[] buffer = new byte[count];
        return buffer.AsMemory(0, RandomAccess.Read(Handle, buffer, fileOffset: 0));
    }

    public void Dispose() => Handle.Dispose();

    private static string Describe(int bytes) => bytes % (1 << 20) == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes >> 20} MiB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes");
}
