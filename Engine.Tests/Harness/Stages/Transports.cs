// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Transport.Linux;

namespace LbEngine.Tests.Harness.Stages;

/// <summary>Theory data: every transport that this system has, alone and together with something else.</summary>
public static class Transports
{
    public static TheoryData<TransportKind> Both { get; } = [.. Available()];

    public static TheoryData<TransportKind, string> BothOverBothVersions { get; } = BothWith("127.0.0.1", "::1");

    /// <summary>Each transport with each value.</summary>
    public static TheoryData<TransportKind, T> BothWith<T>(params ReadOnlySpan<T> values)
    {
        var data = new TheoryData<TransportKind, T>();
        foreach (TransportKind transport in Available())
        {
            foreach (T value in values)
            {
                data.Add(transport, value);
            }
        }

        return data;
    }

    /// <summary>Each transport with its own value.</summary>
    public static TheoryData<TransportKind, T> Each<T>(T linux, T sockets)
    {
        var data = new TheoryData<TransportKind, T>();
        foreach (TransportKind transport in Available())
        {
            data.Add(transport, transport == TransportKind.Linux ? linux : sockets);
        }

        return data;
    }

    public static TransportKind[] Available() =>
        LinuxTransport.IsSupported ? [TransportKind.Linux, TransportKind.Sockets] : [TransportKind.Sockets];
}
