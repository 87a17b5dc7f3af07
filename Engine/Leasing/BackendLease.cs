// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Backends;
using LbEngine.Connections;
using LbEngine.Tables;

namespace LbEngine.Leasing;

/// <summary>A backend that a front end of your own holds for one client. From <see cref="LeasePool.TryLease"/>.</summary>
/// <remarks>
/// <para>
/// The backend counts it until <see cref="Dispose"/> or <see cref="End"/>, which give everything back exactly once: calling them again, or both,
/// does nothing. A lease that is never ended counts for ever: no finalizer comes to help.
/// </para>
/// <para>
/// Any thread may end it at any time, also while another is in <see cref="Retry"/>. Everything else is for one thread at a time. After the end
/// nothing throws: name and address stay readable, for a log, <see cref="Retry"/> says false, and <see cref="Answered"/> does nothing.
/// </para>
/// </remarks>
public sealed class BackendLease : IDisposable
{
    private const int Held = 0;
    private const int Moving = 1; // a Retry is going on
    private const int EndAsked = 2; // while it is going on: the Retry gives back
    private const int Ended = 3;

    private readonly LeaseBook _book;
    private readonly AddressKey _client;
    private PoolHold _hold; // mutable, keep non-readonly
    private Backend _backend;
    private CancellationToken _ending;
    private int _state;
    private bool _hasAnswered;

    internal BackendLease(LeaseBook book, in PoolHold hold, AddressKey client, CancellationToken ending)
    {
        _book = book;
        _hold = hold;
        _client = client;
        _backend = hold.Backend!;
        _ending = ending;
    }

    /// <summary>
    /// The backend's name, unique in its pool: what to remember for <see cref="LeaseRequest.PreferredBackend"/>. Another one after
    /// <see cref="Retry"/>.
    /// </summary>
    public string Backend => _backend.Name;

    /// <summary>Where to connect. Another one after <see cref="Retry"/>. Do not change it.</summary>
    public IPEndPoint EndPoint => _backend.Address;

    /// <summary>How long to wait for the connect: the pool's <c>connectTimeout</c>.</summary>
    public TimeSpan ConnectTimeout => TimeSpan.FromMilliseconds(_backend.Pool.ConnectTimeoutMilliseconds);

    /// <summary>
    /// Cancelled when the holder should end now: a drain of the engine or of the backend has reached its deadline, the engine was disposed, or the
    /// backend went down in a pool with <c>onDown: reset</c>. Nobody else ends the lease. Another one after <see cref="Retry"/>.
    /// </summary>
    public CancellationToken Ending => _ending;

    /// <summary>The backend has answered, or sent its first byte: failures in a row begin anew. Call it for every backend that answers.</summary>
    public void Answered()
    {
        if (Volatile.Read(ref _state) != Ended)
        {
            _hasAnswered = true;
            _backend.EndFailuresInARow();
        }
    }

    /// <summary>Reports a failure and moves on to the next distinct backend; the client's affinity goes with it.</summary>
    /// <returns>False when there is none, the pool's <c>connectAttempts</c> are used up, or the engine was disposed: the lease has ended then.</returns>
    /// <exception cref="InvalidOperationException">Another thread is in this method.</exception>
    public bool Retry(LeaseFailure failure)
    {
        switch (Interlocked.CompareExchange(ref _state, Moving, Held))
        {
            case Held:
                break;
            case Moving:
                throw new InvalidOperationException("Two threads retry one lease at once.");
            default:
                return false;
        }

        _book.Report(_backend, _client, failure, _hasAnswered);
        if (_book.TryMove(ref _hold, _client, out CancellationToken ending))
        {
            _backend = _hold.Backend!;
            _ending = ending;
            _hasAnswered = false;
            if (Interlocked.CompareExchange(ref _state, Held, Moving) == Moving)
            {
                return true;
            }
        }

        Volatile.Write(ref _state, Ended);
        _book.GiveBack(ref _hold, _client);
        return false;
    }

    /// <summary>Reports a failure and ends the lease.</summary>
    public void End(LeaseFailure failure)
    {
        if (TryEnd())
        {
            _book.Report(_backend, _client, failure, _hasAnswered);
            _book.GiveBack(ref _hold, _client);
        }
    }

    /// <summary>Ends the lease, whose backend has done well as far as anybody knows.</summary>
    public void Dispose()
    {
        if (TryEnd())
        {
            _book.GiveBack(ref _hold, _client);
        }
    }

    /// <summary>True for the one caller who has to give back.</summary>
    private bool TryEnd() =>
        Interlocked.CompareExchange(ref _state, Ended, Held) switch
        {
            Held => true,
            // The mover sees it when it is done. If it has just become done, the lease is held again, and this is tried again.
            Moving when Interlocked.CompareExchange(ref _state, EndAsked, Moving) == Held => TryEnd(),
            _ => false,
        };
}
