// SPDX-License-Identifier: MIT
using System.Text;

namespace LbEngine.Tests.Inspection.Tls;

/// <summary>Writes a ClientHello byte by byte, right or wrong as a test wants it.</summary>
internal sealed class HelloBuilder
{
    private readonly List<byte> _extensions = [];

    public int SessionIdLength { get; init; } = 32;

    public bool OmitsExtensions { get; init; }

    public HelloBuilder Name(string name) => Name(Encoding.Latin1.GetBytes(name));

    public HelloBuilder Name(byte[] name) => Extension(0, Sized(2, [0, .. Sized(2, name)]));

    public HelloBuilder Protocols(params string[] protocols) =>
        Extension(16, Sized(2, [.. protocols.SelectMany(one => Sized(1, Encoding.Latin1.GetBytes(one)))]));

    public HelloBuilder Extension(int type, byte[] data)
    {
        _extensions.AddRange([(byte)(type >> 8), (byte)type, .. Sized(2, data)]);
        return this;
    }

    /// <summary>The message with its header, in no record.</summary>
    public byte[] Message()
    {
        byte[] extensions = OmitsExtensions ? [] : Sized(2, [.. _extensions]);
        byte[] random = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
        return [1, .. Sized(3, [3, 3, .. random, .. Sized(1, new byte[SessionIdLength]), 0, 2, 0x13, 1, 1, 0, .. extensions])];
    }

    /// <summary>The message in records of at most so many bytes.</summary>
    public byte[] Records(int most = 16384) => Records(Message(), most);

    public static byte[] Records(byte[] message, int most) =>
        [.. message.Chunk(most).SelectMany(part => (byte[])[22, 3, 1, .. Sized(2, part)])];

    public static byte[] Sized(int size, byte[] data) =>
        [.. Enumerable.Range(0, size).Select(i => (byte)(data.Length >> (8 * (size - 1 - i)))), .. data];
}
