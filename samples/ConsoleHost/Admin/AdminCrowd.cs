// SPDX-License-Identifier: MIT
namespace LbEngine.ConsoleHost.Admin;

/// <summary>Who is connected to the admin interface, and who has to go when there are too many. Any thread.</summary>
/// <remarks>
/// Turning newcomers away, as servers do, lets whoever connects first and stays keep everybody else out. Here a newcomer always comes in, and the one with
/// the least standing goes: so an operator is heard however many came before.
/// </remarks>
/// <param name="most">The most guests.</param>
/// <param name="mostOfOne">The most that come from one peer, as soon as they have stayed for their time.</param>
internal sealed class AdminCrowd(int most, int mostOfOne)
{
    private readonly Lock _lock = new();
    private readonly List<AdminGuest> _guests = []; // in the order in which they came

    public void Enter(AdminGuest guest)
    {
        lock (_lock)
        {
            _guests.Add(guest);
        }
    }

    /// <summary>A guest has gone, or has to. It may have left before.</summary>
    public void Leave(AdminGuest guest)
    {
        lock (_lock)
        {
            _guests.Remove(guest);
        }
    }

    /// <summary>Who has to leave, when its time is over, before another one comes in; null when there are not too many.</summary>
    public AdminGuest? FindLeaving()
    {
        lock (_lock)
        {
            if (_guests.Count == 0)
            {
                return null;
            }

            (string peer, int count) = _guests.CountBy(static guest => guest.Peer).MaxBy(static peer => peer.Value);
            IEnumerable<AdminGuest> own = _guests.Where(guest => guest.Peer == peer);
            return _guests.Count > most ? own.MinBy(static guest => guest.Standing)
                : count > mostOfOne ? own.Where(static guest => guest.Stays <= TimeSpan.Zero).MinBy(static guest => guest.Standing)
                : null;
        }
    }
}
