// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Api;

/// <summary>One thing that the admin interface does.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Path, with names in braces, as <c>openapi.json</c> writes it.</param>
/// <param name="HandleAsync">Carries it out; the body of the request is there by then.</param>
internal sealed record AdminRoute(string Method, string Path, Func<AdminRequest, Task<AdminReply>> HandleAsync)
{
    /// <summary>The largest body in bytes; 0 when none is read.</summary>
    public int MostBodyBytes { get; init; } = Method == "POST" ? 64 * 1024 : 0;

    /// <summary>With whom it waits.</summary>
    public AdminLane Lane { get; init; } = Method == "GET" ? AdminLane.Reads : AdminLane.Changes;
}
