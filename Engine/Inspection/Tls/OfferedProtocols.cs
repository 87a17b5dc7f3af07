// SPDX-License-Identifier: MIT
namespace LbEngine.Inspection.Tls;

/// <summary>Goes through the protocols of a hello once. Mutable.</summary>
internal ref struct OfferedProtocols
{
    /// <summary>No name of a protocol is longer.</summary>
    public const int LongestName = 255;

    private HandshakeCursor _list; // mutable, keep non-readonly

    /// <param name="list">Before a list whose lengths were checked.</param>
    public OfferedProtocols(HandshakeCursor list) => _list = list;

    /// <summary>Copies the next name; false after the last one.</summary>
    /// <param name="buffer">At least <see cref="LongestName"/> bytes.</param>
    /// <param name="length">How many of them are the name.</param>
    public bool TryNext(scoped Span<byte> buffer, out int length)
    {
        length = 0;
        return _list.Left > 0 && _list.TryReadNumber(1, out length) && _list.TryRead(buffer[..length]);
    }
}
