// SPDX-License-Identifier: MIT
using System.Net;

namespace LbEngine.Backends;

/// <summary>What the configuration says of one backend, checked and converted.</summary>
internal sealed record BackendDefinition(string Name, IPEndPoint Address, int Weight, int MaxConnections);
