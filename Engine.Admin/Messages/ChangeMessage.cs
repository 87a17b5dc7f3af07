// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Messages;

/// <summary>One difference between two configurations.</summary>
internal sealed record ChangeMessage(string Kind, string Path, string Before, string After, int Connections);
