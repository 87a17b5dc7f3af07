// SPDX-License-Identifier: MIT
namespace LbEngine.ConsoleHost.Client;

/// <summary>A backend as the command line names it: <c>POOL/BACKEND</c>.</summary>
internal readonly record struct BackendName(string Pool, string Backend)
{
    /// <summary>Where its admin resource is.</summary>
    public string Path => $"v1/backends/{Uri.EscapeDataString(Pool)}/{Uri.EscapeDataString(Backend)}";

    public static BackendName? TryParse(string text) =>
        text.Split('/') is [{ Length: > 0 } pool, { Length: > 0 } backend] ? new BackendName(pool, backend) : null;

    public override string ToString() => $"{Pool}/{Backend}";
}
