// SPDX-License-Identifier: MIT
using LbEngine.Configuration;

namespace LbEngine.Tests.EndToEnd.Harness;

/// <summary>Theory data: both transports, alone and over both IP versions.</summary>
public static class Transports
{
    public static TheoryData<TransportKind> Both { get; } = [TransportKind.Linux, TransportKind.Sockets];

    public static TheoryData<TransportKind, string> BothOverBothVersions { get; } = new()
    {
        { TransportKind.Linux, "127.0.0.1" },
        { TransportKind.Linux, "::1" },
        { TransportKind.Sockets, "127.0.0.1" },
        { TransportKind.Sockets, "::1" },
    };
}
