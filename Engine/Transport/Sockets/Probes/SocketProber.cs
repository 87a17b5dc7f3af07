// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Transport.Probes;

namespace LbEngine.Transport.Sockets.Probes;

/// <summary>Probes of every kind over System.Net.Sockets. Any thread.</summary>
internal sealed class SocketProber : IProber
{
    private readonly TimeProvider _timeProvider;
    private readonly CancellationTokenSource _stopping = new();

    public SocketProber(TimeProvider timeProvider) => _timeProvider = timeProvider;

    /// <summary>Opens what health checks run on: a thread, or the timer of a clock that somebody else moves.</summary>
    public static ProbeDrive Open(TimeProvider timeProvider) => new(
        new SocketProber(timeProvider),
        timeProvider == TimeProvider.System ? new ThreadLoop(new EventWait()) : new TimerLoop(timeProvider));

    public void Start(HealthCheck check, IPEndPoint address, IProbeListener listener) => _ = RunAsync(check, address, listener);

    /// <summary>One probe by itself, for whoever asks without a monitor.</summary>
    public async Task<ProbeResult> ProbeAsync(HealthCheck check, IPEndPoint address)
    {
        long started = _timeProvider.GetTimestamp();
        var progress = new ProbeProgress();
        ProbeResult result = await ProbeContainedAsync(check, address, progress).ConfigureAwait(false);
        return result with { Elapsed = _timeProvider.GetElapsedTime(started) };
    }

    /// <summary>Ends the probes that run; their listeners hear nothing more that matters.</summary>
    public void Dispose() => _stopping.Cancel();

    private async Task RunAsync(HealthCheck check, IPEndPoint address, IProbeListener listener) =>
        listener.OnProbed(await ProbeAsync(check, address).ConfigureAwait(false));

    private async Task<ProbeResult> ProbeContainedAsync(HealthCheck check, IPEndPoint address, ProbeProgress progress)
    {
        using var deadline = new CancellationTokenSource(check.Timeout, _timeProvider);
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, _stopping.Token);
        try
        {
            return check.Type switch
            {
                HealthCheckType.Udp => await DatagramProbe.RunAsync(check, address, progress, cancellation.Token).ConfigureAwait(false),
                HealthCheckType.Http => await HttpProbe.RunAsync(check, address, progress, cancellation.Token).ConfigureAwait(false),
                _ => await TcpProbe.RunAsync(check, address, progress, cancellation.Token).ConfigureAwait(false),
            };
        }
        catch (OperationCanceledException)
        {
            return Found(deadline.IsCancellationRequested ? progress.AtTimeout : ProbeCause.NotProbed);
        }
        catch (SocketException exception)
        {
            return Explain(exception, progress);
        }
        catch (IOException exception) when (exception.InnerException is SocketException inner)
        {
            return Explain(inner, progress);
        }
        catch (AuthenticationException exception)
        {
            return Found(ProbeCause.TlsFailed, exception.Message);
        }
        catch (IOException exception)
        {
            // An end of input in the middle of a TLS handshake or record.
            return Found(progress.IsSecuring ? ProbeCause.TlsFailed : ProbeCause.ClosedAfterConnect, exception.Message);
        }
        catch (Exception exception)
        {
            return Found(ProbeCause.NotProbed, exception.Message);
        }
    }

    private static ProbeResult Explain(SocketException exception, ProbeProgress progress)
    {
        if (progress.IsConnected)
        {
            return Found(ProbeCause.ResetAfterConnect);
        }

        if (exception.SocketErrorCode == SocketError.InvalidArgument)
        {
            return Found(ProbeCause.NotProbed, "no way from the source address to the backend");
        }

        return SocketErrors.ToConnectFailure(exception.SocketErrorCode) switch
        {
            ConnectFailure.Refused => Found(ProbeCause.Refused),
            ConnectFailure.TimedOut => Found(ProbeCause.NoAnswer),
            ConnectFailure.NoLocalPort => Found(ProbeCause.NotProbed, "no free source port, or no such source address"),
            ConnectFailure.NoResources => Found(ProbeCause.NotProbed, exception.Message),
            _ => Found(ProbeCause.Unreachable, exception.Message),
        };
    }

    private static ProbeResult Found(ProbeCause cause, string? detail = null) => new(cause, TimeSpan.Zero, 0, detail);
}
