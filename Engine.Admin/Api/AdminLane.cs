// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Api;

/// <summary>
/// Requests of one kind, of which few are carried out at a time in this process, however many ask. Who is behind in one lane holds up no other.
/// </summary>
internal sealed class AdminLane
{
    // Reading every connection is work, and so is a reload.
    private const int MostAtOnce = 4;

    private readonly SemaphoreSlim? _places;

    private AdminLane(int places) => _places = places > 0 ? new SemaphoreSlim(places, places) : null;

    /// <summary>Whether the engine serves, which costs nothing: whoever asks must hear it also when everybody else waits.</summary>
    public static AdminLane Readiness { get; } = new(0);

    /// <summary>What looks and changes nothing.</summary>
    public static AdminLane Reads { get; } = new(MostAtOnce);

    /// <summary>What changes something, and may wait for others that do.</summary>
    public static AdminLane Changes { get; } = new(MostAtOnce);

    /// <summary>Carries something out when there is a place for it. It must not wait for the client.</summary>
    public async Task<AdminReply> RunAsync(Func<Task<AdminReply>> handleAsync, CancellationToken cancellationToken)
    {
        if (_places is null)
        {
            return await handleAsync().ConfigureAwait(false);
        }

        await _places.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await handleAsync().ConfigureAwait(false);
        }
        finally
        {
            _places.Release();
        }
    }
}
