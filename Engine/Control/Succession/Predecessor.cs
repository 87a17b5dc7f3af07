// SPDX-License-Identifier: MIT
using System.Net.Sockets;
using LbEngine.Files;
using LbEngine.Transport.Linux;
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Control.Succession;

/// <summary>
/// Where the listening sockets of this process come from: an engine that it follows, or whoever started it. One caller at a time, but for
/// <see cref="IsRunning"/>.
/// </summary>
internal sealed class Predecessor : IDisposable
{
    /// <summary>How long it may take to give its sockets away, which is the work of a moment.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly string? _path;
    private readonly IReadOnlyList<int> _inherited;
    private readonly Lineage _lineage = new();
    private Socket? _connection;

    /// <summary>Names where sockets may come from; nothing happens yet.</summary>
    /// <param name="path">Where an engine waits for its successor; null for no such engine.</param>
    /// <param name="inherited">Descriptors that this process was started with.</param>
    public Predecessor(string? path, IReadOnlyList<int> inherited)
    {
        _path = path;
        _inherited = inherited;
    }

    /// <summary>What it has told of its flows, once its sockets have come; see <see cref="FlowMemory"/>.</summary>
    public ReadOnlyMemory<byte> Flows { get; private set; }

    public bool IsWanted => _path is not null || _inherited.Count > 0;

    /// <summary>True while an engine that this one has followed, or one before that, still has connections of its own. Any thread.</summary>
    public bool IsRunning => _lineage.IsRunning;

    /// <summary>Goes to the successor with the listening sockets: by them it knows when those before have ended. Any thread.</summary>
    public IReadOnlyList<int> Links => _lineage.Descriptors;

    /// <summary>The listening sockets that this process was given; the caller owns them.</summary>
    /// <exception cref="IOException">There is a predecessor, but it did not hand anything over, or is somebody else.</exception>
    /// <exception cref="OperationCanceledException">The start was ended.</exception>
    public async Task<IReadOnlyList<int>> InheritAsync(CancellationToken cancellationToken)
    {
        if (_path is null)
        {
            return _inherited;
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Patience);
        try
        {
            _connection = await TryConnectAsync(_path, cancellationToken).ConfigureAwait(false);
            if (_connection is null)
            {
                return _inherited;
            }

            List<int> sockets = Sort(await HandOver.ReceiveAsync(_connection, deadline.Token).ConfigureAwait(false));
            Flows = await HandOver.ReceiveMoreAsync(_connection, cancellationToken).ConfigureAwait(false);
            return [.. _inherited, .. sockets];
        }
        catch (Exception exception) when (exception is IOException or SocketException or UnauthorizedAccessException or TimeoutException)
        {
            throw Failure(exception.Message, exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failure("it has sent nothing for 10 s; is it stopped?", exception);
        }
    }

    /// <summary>This engine serves: the predecessor may end, and is watched until it has.</summary>
    public void Confirm()
    {
        if (_connection is not null)
        {
            HandOver.Confirm(_connection);
            _lineage.Watch(_connection);
            _connection = null;
        }
    }

    public void Dispose()
    {
        _connection?.Dispose();
        _connection = null;
        _lineage.Dispose();
    }

    /// <summary>Null when none waits there.</summary>
    private static async Task<Socket?> TryConnectAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await SocketFile.ConnectAsync(path, Patience, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.ConnectionRefused or SocketError.AddressNotAvailable)
        {
            return null;
        }
    }

    /// <summary>Keeps links to those before, and passes on what may be a listening socket. What others have opened is neither.</summary>
    private List<int> Sort(IReadOnlyList<int> received)
    {
        var sockets = new List<int>();
        foreach (int descriptor in received)
        {
            if (!SocketTrust.IsOpenedByUs(descriptor, _connection!))
            {
                SocketCalls.Close(descriptor);
            }
            else if (UnixSocketCalls.IsUnix(descriptor))
            {
                _lineage.Watch(new Socket(new SafeSocketHandle(descriptor, ownsHandle: true)));
            }
            else
            {
                sockets.Add(descriptor);
            }
        }

        return sockets;
    }

    private IOException Failure(string reason, Exception exception) => new(
        $"nothing can be taken over from the process at {_path}: {reason}", exception);
}
