// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using LbEngine.Tables;

namespace LbEngine.Inspection.ProxyProtocol;

/// <summary>Writes a header of version 2 from its first byte to its last, without memory. The room must be enough.</summary>
internal ref struct BinaryHeader
{
    private const int LengthAt = 14;
    private const int FirstByteOfIPv4 = 12;

    private readonly Span<byte> _target;
    private int _length;

    public BinaryHeader(Span<byte> target, byte command, byte family)
    {
        _target = target;
        Add(ProxyBinaryReader.Signature);
        Add([command, family, 0, 0]);
    }

    public void Add(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_target[_length..]);
        _length += bytes.Length;
    }

    public void Add(ushort number)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_target[_length..], number);
        _length += sizeof(ushort);
    }

    public void Add(AddressKey address, bool asIPv4)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, address.High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], address.Low);
        Add(asIPv4 ? bytes[FirstByteOfIPv4..] : bytes);
    }

    /// <summary>Nothing more comes: writes the length. Returns how many bytes there are.</summary>
    public readonly int Finish()
    {
        BinaryPrimitives.WriteUInt16BigEndian(_target[LengthAt..], (ushort)(_length - ProxyBinaryReader.FixedBytes));
        return _length;
    }

    /// <summary>The same with a checksum of all of it behind everything else.</summary>
    public int FinishWithChecksum()
    {
        Add([ProxyCode.Checksum, 0, ProxyExtras.ChecksumBytes, 0, 0, 0, 0]);
        int length = Finish();
        int checksumAt = length - ProxyExtras.ChecksumBytes;
        BinaryPrimitives.WriteUInt32BigEndian(_target[checksumAt..], ProxyExtras.Checksum(_target[..length], checksumAt));
        return length;
    }
}
