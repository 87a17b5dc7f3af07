// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using LbEngine.Backends;

namespace LbEngine.Inspection.ProxyProtocol;

/// <summary>Collects fields for a header that is to be sent, as it is to have them. Mutable, without memory of its own.</summary>
/// <param name="target">Where they go; one that does not fit is left out.</param>
/// <param name="wanted">Which ones.</param>
internal ref struct FieldList(Span<byte> target, SentFields wanted)
{
    private readonly Span<byte> _target = target;
    private SentFields _wanted = wanted;

    /// <summary>Bytes of them all.</summary>
    public int Length { get; private set; }

    /// <summary>Adds a field if it is wanted. Of those that a header has once, the first one stays.</summary>
    public void Add(byte type, scoped ReadOnlySpan<byte> value)
    {
        SentFields kind = KindOf(type);
        int length = ProxyExtras.FieldBytes + value.Length;
        if ((_wanted & kind) == 0 || value.Length > ushort.MaxValue || Length + length > _target.Length)
        {
            return;
        }

        _target[Length] = type;
        BinaryPrimitives.WriteUInt16BigEndian(_target[(Length + 1)..], (ushort)value.Length);
        value.CopyTo(_target[(Length + ProxyExtras.FieldBytes)..]);
        Length += length;
        _wanted &= kind == SentFields.Other ? _wanted : ~kind;
    }

    /// <summary>A checksum is made anew and padding means nothing: neither is ever passed on.</summary>
    private static SentFields KindOf(byte type) => type switch
    {
        ProxyCode.Alpn => SentFields.Alpn,
        ProxyCode.Authority => SentFields.Authority,
        ProxyCode.UniqueId => SentFields.UniqueId,
        ProxyCode.Ssl => SentFields.Ssl,
        ProxyCode.Checksum or ProxyCode.Padding => SentFields.None,
        _ => SentFields.Other,
    };
}
