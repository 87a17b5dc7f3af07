// SPDX-License-Identifier: MIT
using System.Globalization;
using LbEngine.Connections;

namespace LbEngine.Control.Model;

/// <summary>How a connection is named outside: its row in the table and which use of it, such as <c>12-5</c>. Never means another connection later.</summary>
internal static class ConnectionId
{
    public static string Format(ConnectionHandle handle) => string.Create(CultureInfo.InvariantCulture, $"{handle.Slot}-{handle.Generation}");

    public static bool TryParse(string text, out ConnectionHandle handle)
    {
        handle = default;
        int dash = text.IndexOf('-', StringComparison.Ordinal);
        if (dash < 0
            || !int.TryParse(text.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out int slot)
            || !uint.TryParse(text.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out uint generation))
        {
            return false;
        }

        handle = new ConnectionHandle(slot, generation);
        return true;
    }
}
