// SPDX-License-Identifier: MIT
using System.Net.Sockets;
using LbEngine.Observability;
using LbEngine.Transport.Linux;
using Microsoft.Extensions.Logging;

namespace LbEngine.Control.Succession;

/// <summary>One process following another on the same listening sockets: this one's predecessor at its start, its successor at its end. One caller at a time.</summary>
internal sealed class Succession : IDisposable
{
    private readonly string? _predecessorPath;
    private readonly IReadOnlyList<int> _inherited;
    private readonly ILogger _logger;
    private Socket? _predecessor;

    /// <summary>Names where sockets may come from; nothing happens yet.</summary>
    public Succession(string? predecessorPath, IReadOnlyList<int> inherited, ILogger logger)
    {
        _predecessorPath = predecessorPath;
        _inherited = inherited;
        _logger = logger;
    }

    public bool IsWanted => _predecessorPath is not null || _inherited.Count > 0;

    /// <summary>The listening sockets that this process was given; the caller owns them.</summary>
    /// <exception cref="IOException">There is a predecessor, but it did not hand anything over.</exception>
    public IReadOnlyList<int> Inherit()
    {
        if (_predecessorPath is null)
        {
            return _inherited;
        }

        _predecessor = HandOver.TryConnect(_predecessorPath);
        return _predecessor is null ? _inherited : [.. _inherited, .. HandOver.Receive(_predecessor)];
    }

    /// <summary>This engine serves: the predecessor may end.</summary>
    public void Confirm()
    {
        if (_predecessor is not null)
        {
            HandOver.Confirm(_predecessor);
            Dispose();
        }
    }

    /// <summary>Waits for a successor, and hands it the sockets. Returns when it serves; a successor that fails is logged, and the next one awaited.</summary>
    /// <param name="socketPath">A path that only this user may reach; the file is made with mode 0600 and removed in the end.</param>
    /// <param name="readDescriptors">Asked when a successor has come.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task HandOverAsync(string socketPath, Func<IReadOnlyList<int>> readDescriptors, CancellationToken cancellationToken)
    {
        using Socket listening = Listen(socketPath);
        try
        {
            while (true)
            {
                using Socket successor = await listening.AcceptAsync(cancellationToken).ConfigureAwait(false);
                IReadOnlyList<int> descriptors = readDescriptors();
                if (await HandOver.SendAsync(successor, descriptors, cancellationToken).ConfigureAwait(false))
                {
                    EngineLog.HandedOver(_logger, descriptors.Count);
                    return;
                }

                EngineLog.HandOverFailed(_logger, "it ended, or did not answer within a minute");
            }
        }
        finally
        {
            File.Delete(socketPath);
        }
    }

    public void Dispose()
    {
        _predecessor?.Dispose();
        _predecessor = null;
    }

    private static Socket Listen(string path)
    {
        using (Socket? other = HandOver.TryConnect(path))
        {
            if (other is not null)
            {
                throw new IOException($"Another process waits at {path} for its successor.");
            }
        }

        // Left by a process that was killed.
        File.Delete(path);
        var listening = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            listening.Bind(new UnixDomainSocketEndPoint(path));
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            listening.Listen();
            return listening;
        }
        catch
        {
            listening.Dispose();
            throw;
        }
    }
}
