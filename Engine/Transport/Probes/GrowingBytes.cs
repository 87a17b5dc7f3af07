// SPDX-License-Identifier: MIT
namespace LbEngine.Transport.Probes;

/// <summary>Bytes that come in pieces, put together. Whoever adds keeps them few. One thread.</summary>
internal sealed class GrowingBytes
{
    private byte[] _bytes = [];

    public int Count { get; private set; }

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Count);

    public ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, Count);

    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _bytes.Length - Count)
        {
            Array.Resize(ref _bytes, Math.Max(Count + bytes.Length, 2 * _bytes.Length));
        }

        bytes.CopyTo(_bytes.AsSpan(Count));
        Count += bytes.Length;
    }

    public void Clear() => Count = 0;
}
