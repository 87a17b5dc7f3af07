// SPDX-License-Identifier: MIT
namespace LbEngine.Lifecycle;

/// <summary>Pure state machine of one relayed connection: two directions that end independently, and one end of all.</summary>
/// <remarks>
/// The transport reports what it saw and asks what to do; no socket is known here. A direction is named by the side it
/// comes from. Its life is Open, then InputEnded (the FIN was read, bytes may still wait), then Finished (everything
/// and the FIN were handed on). A mutable struct: keep it in a field that is not readonly. Owner only.
/// </remarks>
internal struct RelayState
{
    private Direction _fromClient;
    private Direction _fromBackend;
    private bool _ended;

    private enum Direction : byte
    {
        Open,
        InputEnded,
        Finished,
    }

    /// <summary>True once one side has sent its end but not both directions are finished.</summary>
    public readonly bool IsHalfClosed => !IsComplete && (_fromClient != Direction.Open || _fromBackend != Direction.Open);

    /// <summary>True when both directions have handed on everything, FIN included.</summary>
    public readonly bool IsComplete => _fromClient == Direction.Finished && _fromBackend == Direction.Finished;

    /// <summary>True once <see cref="TryEnd"/> has succeeded.</summary>
    public readonly bool IsEnded => _ended;

    /// <summary>What the connection ends with when its idle timer fires in the present state.</summary>
    public readonly CloseReason TimeoutReason => IsHalfClosed ? CloseReason.HalfCloseTimeout : CloseReason.IdleTimeout;

    /// <summary>True while more bytes may come from <paramref name="side"/>.</summary>
    public readonly bool MayRead(Side side) => !_ended && Of(side) == Direction.Open;

    /// <summary>
    /// True when the end of <paramref name="side"/>'s input was read and is not handed on yet: send what waits, then shut down the
    /// other side's output.
    /// </summary>
    public readonly bool OwesFin(Side side) => !_ended && Of(side) == Direction.InputEnded;

    /// <summary>True when the FIN of <paramref name="side"/> is the only thing left to hand on: closing the sockets does that, too.</summary>
    public readonly bool OwesOnlyFin(Side side) =>
        OwesFin(side) && Of(side == Side.Client ? Side.Backend : Side.Client) == Direction.Finished;

    /// <summary>The FIN of <paramref name="side"/> was read. Returns false when that direction had ended before.</summary>
    public bool InputEnded(Side side)
    {
        ref Direction direction = ref Get(ref this, side);
        if (_ended || direction != Direction.Open)
        {
            return false;
        }

        direction = Direction.InputEnded;
        return true;
    }

    /// <summary>Everything that came from <paramref name="side"/>, and its FIN, was handed on. Returns false unless a FIN was owed.</summary>
    public bool FinPassedOn(Side side)
    {
        ref Direction direction = ref Get(ref this, side);
        if (_ended || direction != Direction.InputEnded)
        {
            return false;
        }

        direction = Direction.Finished;
        return true;
    }

    /// <summary>Ends the connection. True for the first caller only, whatever the reason: this is what makes the end happen once.</summary>
    public bool TryEnd()
    {
        if (_ended)
        {
            return false;
        }

        _ended = true;
        return true;
    }

    private readonly Direction Of(Side side) => side == Side.Client ? _fromClient : _fromBackend;

    private static ref Direction Get(ref RelayState state, Side side) =>
        ref side == Side.Client ? ref state._fromClient : ref state._fromBackend;
}
