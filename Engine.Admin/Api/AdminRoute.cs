// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Api;

/// <summary>One thing that the admin interface does.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Path, with names in braces, as <c>openapi.json</c> writes it.</param>
/// <param name="HandleAsync">Carries it out.</param>
internal sealed record AdminRoute(string Method, string Path, Func<AdminRequest, Task<AdminReply>> HandleAsync);
