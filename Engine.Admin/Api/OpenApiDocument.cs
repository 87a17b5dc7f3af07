// SPDX-License-Identifier: MIT
using Microsoft.AspNetCore.Http;

namespace LbEngine.Admin.Api;

/// <summary>The documentation of the admin interface, as the program carries it.</summary>
internal static class OpenApiDocument
{
    private static readonly byte[] Text = Load();

    public static Task<AdminReply> ReadAsync(AdminRequest request)
    {
        request.AllowQuery();
        return Task.FromResult(new AdminReply(StatusCodes.Status200OK, Text));
    }

    private static byte[] Load()
    {
        using Stream stream = typeof(OpenApiDocument).Assembly.GetManifestResourceStream("openapi.json")
            ?? throw new InvalidOperationException("The program was built without openapi.json.");
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
