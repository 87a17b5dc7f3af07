// SPDX-License-Identifier: MIT
using LbEngine.Configuration;

namespace LbEngine.Resolution;

/// <summary>One question to a resolver.</summary>
/// <param name="Name">The host name, in lower case.</param>
/// <param name="Family">Which addresses are wanted.</param>
internal readonly record struct HostName(string Name, ResolveFamily Family);
