// SPDX-License-Identifier: MIT
using LbEngine.Tables;

namespace LbEngine.Transport.Linux.Interop;

/// <summary>An address of this host that a client used.</summary>
/// <param name="Address">The address.</param>
/// <param name="InterfaceIndex">The interface, for IPv6 link-local addresses, which mean nothing without it; otherwise 0.</param>
internal readonly record struct LocalAddress(AddressKey Address, int InterfaceIndex);
