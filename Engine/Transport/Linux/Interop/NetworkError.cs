// SPDX-License-Identifier: MIT
namespace LbEngine.Transport.Linux.Interop;

/// <summary>One error from the <see cref="ErrorQueue"/> of a socket.</summary>
/// <param name="Error">As a system call would have returned it.</param>
/// <param name="IsIcmp">An ICMP message said so; otherwise this host.</param>
/// <param name="IsIPv6">Which of both versions.</param>
/// <param name="Type">Type of the message.</param>
/// <param name="Code">Its code.</param>
internal readonly record struct NetworkError(int Error, bool IsIcmp, bool IsIPv6, byte Type, byte Code);
