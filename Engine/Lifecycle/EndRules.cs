// SPDX-License-Identifier: MIT
namespace LbEngine.Lifecycle;

/// <summary>
/// How a TCP connection ends, whatever carries it: which failure is which reason, and what its peers see of it. Pure; every
/// transport asks here.
/// </summary>
internal static class EndRules
{
    /// <summary>The reason of a connection whose last attempt to reach a backend failed so.</summary>
    public static CloseReason ReasonOf(ConnectFailure failure) => failure switch
    {
        ConnectFailure.TimedOut => CloseReason.ConnectTimeout,
        ConnectFailure.NoLocalPort or ConnectFailure.NoSourceAddress or ConnectFailure.NoResources => CloseReason.ResourceExhausted,
        _ => CloseReason.ConnectFailed,
    };

    /// <summary>The reason that a reset or a vanished peer on <paramref name="side"/> gives.</summary>
    public static CloseReason ReasonOfReset(Side side) => side == Side.Client ? CloseReason.ClientReset : CloseReason.BackendReset;

    /// <summary>True when a failed connect speaks against the backend, and not only against this host.</summary>
    public static bool BlamesBackend(ConnectFailure failure) =>
        failure is not (ConnectFailure.NoLocalPort or ConnectFailure.NoSourceAddress or ConnectFailure.NoResources);

    /// <summary>True when it is a sign that the backend is not well for anybody.</summary>
    /// <param name="failure">Of which <see cref="BlamesBackend"/> is true.</param>
    /// <param name="isShown">The backend was connected to from the client's own address: what it answers may have gone past this host.</param>
    public static bool HarmsBackend(ConnectFailure failure, bool isShown) => !isShown || failure == ConnectFailure.Refused;

    /// <summary>True when both peers get RST; false when both get FIN, behind everything that was handed over.</summary>
    /// <param name="reason">Why the connection ends.</param>
    /// <param name="holdsBytes">Bytes of one side were read and not handed to the other: a FIN would make a cut stream look whole.</param>
    /// <remarks>
    /// Both sides always see the same. A reset is carried as a reset, and to the peer that sent it nothing can be told any more. Where
    /// the connection failed, or somebody ended it by force, neither may take what it has got for all of it. A time-out, a drain and
    /// the end of this process are no failure of either.
    /// </remarks>
    public static bool SendsReset(CloseReason reason, bool holdsBytes) => reason switch
    {
        CloseReason.Completed => false,
        CloseReason.IdleTimeout or CloseReason.HalfCloseTimeout or CloseReason.Drained or CloseReason.Stopped => holdsBytes,
        _ => true,
    };
}
