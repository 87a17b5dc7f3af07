// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Security.Cryptography;
using LbEngine.Backends;
using LbEngine.Connections;
using LbEngine.Inspection.ProxyProtocol;
using LbEngine.Tables;

namespace LbEngine.Forwarding;

/// <summary>Writes headers of version 2 with the fields that a pool asks for. Any thread.</summary>
internal sealed class ClientHeaders
{
    // 16 hexadecimal digits, two numbers of 32 bits, and what stands between them.
    private const int LongestId = 16 + 1 + 10 + 1 + 10;

    // Tells this engine from every other one, and from itself before it was started again.
    private readonly ulong _engine = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));

    /// <summary>Returns the header's length.</summary>
    /// <param name="header">At least <see cref="ProxyHeaderWriter.MostBytesWithFields"/>.</param>
    /// <param name="connection">Whose header it is.</param>
    /// <param name="destination">What the client has connected to.</param>
    public int Write(Span<byte> header, Connection connection, EndPointKey destination)
    {
        SentFields wanted = connection.Pool.HeaderFields;
        if (wanted == SentFields.None)
        {
            return ProxyHeaderWriter.WriteBinary(header, connection.Client, destination);
        }

        ReadOnlySpan<byte> told = connection.Told.Bytes;
        Span<byte> room = stackalloc byte[ProxyHeaderWriter.MostFieldBytes + ProxyExtras.FieldBytes + LongestId];
        told.CopyTo(room);
        int length = told.Length;
        if ((wanted & SentFields.UniqueId) != 0 && !ProxyExtras.Has(told, ProxyCode.UniqueId))
        {
            var own = new FieldList(room[length..], SentFields.UniqueId);
            Span<byte> id = stackalloc byte[LongestId];
            own.Add(ProxyCode.UniqueId, id[..WriteId(id, connection.Handle)]);
            length += own.Length;
        }

        return ProxyHeaderWriter.WriteBinary(header, connection.Client, destination, isDatagram: false, room[..length], (wanted & SentFields.Checksum) != 0);
    }

    /// <summary>The end of it is the connection's id here.</summary>
    private int WriteId(Span<byte> target, ConnectionHandle handle)
    {
        _engine.TryFormat(target, out int length, "x16", CultureInfo.InvariantCulture);
        target[length++] = (byte)'-';
        handle.Slot.TryFormat(target[length..], out int written, default, CultureInfo.InvariantCulture);
        length += written;
        target[length++] = (byte)'-';
        handle.Generation.TryFormat(target[length..], out written, default, CultureInfo.InvariantCulture);
        return length + written;
    }
}
