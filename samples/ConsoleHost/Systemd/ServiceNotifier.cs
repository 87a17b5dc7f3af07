// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace LbEngine.ConsoleHost.Systemd;

/// <summary>Tells a service manager how the balancer is: systemd's sd_notify protocol (man 3 sd_notify), in text over a datagram socket.</summary>
/// <remarks>Without <c>NOTIFY_SOCKET</c> every call does nothing. A message that cannot be sent is dropped: nothing waits for a service manager. Any
/// thread.</remarks>
internal sealed class ServiceNotifier : IDisposable
{
    private readonly Socket? _socket;
    private readonly TimeProvider _timeProvider;
    private readonly ITimer? _watchdog;

    private ServiceNotifier(Socket? socket, TimeSpan? watchdog, TimeProvider timeProvider)
    {
        _socket = socket;
        _timeProvider = timeProvider;

        // Half of the time, as sd_watchdog_enabled(3) advises. From the thread pool: when that is stuck, so are reloads and the admin interface.
        _watchdog = watchdog is TimeSpan time ? timeProvider.CreateTimer(_ => Send("WATCHDOG=1"), null, TimeSpan.Zero, time / 2) : null;
    }

    /// <summary>Reads <c>NOTIFY_SOCKET</c>, <c>WATCHDOG_USEC</c> and <c>WATCHDOG_PID</c>.</summary>
    public static ServiceNotifier FromEnvironment(TimeProvider timeProvider)
    {
        Socket? socket = Connect(Environment.GetEnvironmentVariable("NOTIFY_SOCKET"));
        return new ServiceNotifier(socket, socket is null ? null : ReadWatchdog(), timeProvider);
    }

    /// <summary>The balancer serves; ends a reload too.</summary>
    public void Ready(string status) => Send($"READY=1\nSTATUS={status}");

    /// <summary>A reload begins. <see cref="Ready"/> must follow.</summary>
    public void Reloading()
    {
        // The clock of the message is CLOCK_MONOTONIC, which .NET's timestamps are on Linux.
        Int128 microseconds = (Int128)_timeProvider.GetTimestamp() * 1_000_000 / _timeProvider.TimestampFrequency;
        Send(string.Create(CultureInfo.InvariantCulture, $"RELOADING=1\nMONOTONIC_USEC={microseconds}\nSTATUS=reloading"));
    }

    /// <summary>The balancer drains and ends.</summary>
    public void Stopping(string status) => Send($"STOPPING=1\nSTATUS={status}");

    public void Dispose()
    {
        _watchdog?.Dispose();
        _socket?.Dispose();
    }

    private static Socket? Connect(string? path)
    {
        // "@" stands for the zero byte of the abstract name space.
        if (string.IsNullOrEmpty(path) || path[0] is not ('/' or '@'))
        {
            return null;
        }

        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path[0] == '@' ? '\0' + path[1..] : path));
            return socket;
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException)
        {
            socket.Dispose();
            return null;
        }
    }

    private static TimeSpan? ReadWatchdog()
    {
        bool isOn = long.TryParse(Environment.GetEnvironmentVariable("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out long microseconds)
            && microseconds is > 0 and < 1_000_000_000_000;
        string? process = Environment.GetEnvironmentVariable("WATCHDOG_PID");
        bool isMeant = string.IsNullOrEmpty(process) || process == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        return isOn && isMeant ? TimeSpan.FromMicroseconds(microseconds) : null;
    }

    private void Send(string message)
    {
        try
        {
            _socket?.Send(Encoding.UTF8.GetBytes(message));
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The manager went away or is behind; it asks again by its own means.
        }
    }
}
