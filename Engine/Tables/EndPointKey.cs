// SPDX-License-Identifier: MIT
using System.Net;

namespace LbEngine.Tables;

/// <summary>An address and a port, as a value.</summary>
internal readonly record struct EndPointKey(AddressKey Address, ushort Port)
{
    public static EndPointKey From(IPEndPoint endPoint) => new(AddressKey.From(endPoint.Address), (ushort)endPoint.Port);

    /// <summary>Allocates; for status and logs only.</summary>
    public IPEndPoint ToIPEndPoint() => new(Address.ToIPAddress(), Port);

    /// <summary>As people write it, such as 192.0.2.1:80. Allocates.</summary>
    public override string ToString() => ToIPEndPoint().ToString();
}
