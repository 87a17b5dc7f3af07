// SPDX-License-Identifier: MIT
using LbEngine.Connections;

namespace LbEngine.Transport.Linux;

internal sealed class LinuxTransport : ITransport
{
    public LinuxTransport(TransportContext context) => throw new NotImplementedException(context.ToString());

    public static bool IsSupported => OperatingSystem.IsLinux();

    public string Name => "linux";

    public ValueTask StartAsync(IReadOnlyList<Listener> listeners, CancellationToken cancellationToken) => throw new NotImplementedException();

    public ValueTask StopAcceptingAsync() => throw new NotImplementedException();

    public ValueTask CloseConnectionsAsync(CloseReason reason, TimeSpan spread) => throw new NotImplementedException();

    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
