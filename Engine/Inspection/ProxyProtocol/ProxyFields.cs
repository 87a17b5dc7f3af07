// SPDX-License-Identifier: MIT
namespace LbEngine.Inspection.ProxyProtocol;

/// <summary>The fields of a header, one after the other, for <c>foreach</c>. Pure, without memory.</summary>
/// <remarks>Every one that was sent: a checksum, which was verified, and padding, too.</remarks>
internal ref struct ProxyFields
{
    private readonly ReadOnlySpan<byte> _whole;
    private int _next;

    /// <param name="whole">A header of either version that <see cref="ProxyHeaderReader"/> has read as whole, and nothing else.</param>
    public ProxyFields(ReadOnlySpan<byte> whole)
    {
        _whole = whole;
        _next = ProxyBinaryReader.FindFields(whole);
    }

    public ProxyField Current { get; private set; }

    public readonly ProxyFields GetEnumerator() => this;

    public bool MoveNext()
    {
        if (!ProxyExtras.TryMeasure(_whole[_next..], out int length))
        {
            return false;
        }

        Current = new ProxyField(_whole[_next], _next + ProxyExtras.FieldBytes, length - ProxyExtras.FieldBytes);
        _next += length;
        return true;
    }
}
