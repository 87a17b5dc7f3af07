// SPDX-License-Identifier: MIT
using LbEngine.Configuration.Schema;

namespace LbEngine.ConsoleHost.Configuration;

/// <summary>What <c>lb</c> adds to the configuration of the engine.</summary>
internal static class LbSections
{
    public static readonly HostSection<AdminOptions> Admin = new(
        "admin", new AdminTable(), "{ bind: \"unix:lb.sock\" }", "Where `lb` is controlled while it runs.", canBeOff: true);

    public static readonly IReadOnlyList<HostSection> All = [Admin];
}
