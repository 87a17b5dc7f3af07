// SPDX-License-Identifier: MIT
namespace LbEngine.Files;

/// <summary>The process at the other end of a unix socket, as the kernel knows it: of a connection that this one opened, whoever listened there.</summary>
/// <param name="Id">Its number.</param>
/// <param name="User">The user as whom it acted then.</param>
internal readonly record struct PeerProcess(int Id, uint User);
