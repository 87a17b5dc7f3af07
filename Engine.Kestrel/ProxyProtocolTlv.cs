// SPDX-License-Identifier: MIT
namespace LbEngine.Kestrel;

/// <summary>A field of a PROXY header of version 2: type, length and value.</summary>
/// <param name="Type">What it is about, such as 0x02 for the authority or 0x20 for TLS (section 2.2 of the specification).</param>
/// <param name="Value">Its bytes as they came. They stay as they are while the connection lives, and after.</param>
public readonly record struct ProxyProtocolTlv(byte Type, ReadOnlyMemory<byte> Value);
