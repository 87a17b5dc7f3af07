// SPDX-License-Identifier: MIT
using System.Net;

namespace LbEngine.Resolution;

/// <summary>Finds the addresses of host names.</summary>
internal interface IHostResolver
{
    /// <summary>Looks a name up. Any thread; returns at once, and completes when it is known, however late. The caller has its own time-out.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">There is no such name, or nobody could tell.</exception>
    Task<IReadOnlyList<IPAddress>> ResolveAsync(HostName host);
}
