// SPDX-License-Identifier: MIT
using LbEngine.ConsoleHost.Configuration;

namespace LbEngine.ConsoleHost.Admin;

/// <summary>How the admin interface is opened.</summary>
/// <param name="Address">Where it is.</param>
/// <param name="Token">What every request must carry; empty for nothing.</param>
/// <param name="IsRequired">Somebody wrote the address: without it the balancer does not start. The default place may be taken.</param>
internal sealed record AdminSettings(AdminAddress Address, string Token, bool IsRequired)
{
    /// <summary>Reads checked options; null when the interface is off.</summary>
    public static AdminSettings? From(AdminOptions? options) => options switch
    {
        null => null,
        { Bind.Length: 0 } => new AdminSettings(AdminAddress.Default, options.Token, IsRequired: false),
        _ => new AdminSettings(
            AdminAddress.TryParse(options.Bind) ?? throw new ArgumentException($"The validator let an admin address pass: {options.Bind}.", nameof(options)),
            options.Token,
            IsRequired: true),
    };
}
