// SPDX-License-Identifier: MIT
using System.CommandLine;
using LbEngine.ConsoleHost.Admin;
using LbEngine.ConsoleHost.Commands;
using LbEngine.ConsoleHost.Configuration;

namespace LbEngine.ConsoleHost.Client;

/// <summary>What every command to a running balancer takes: where it is, and whether people or programs read the answer.</summary>
internal sealed class AdminOptionSet
{
    private const string AddressVariable = "LB_ADMIN";
    private const string TokenVariable = "LB_ADMIN_TOKEN";

    public AdminOptionSet()
    {
        Address = new Option<string>("--admin")
        {
            Description = "Where the balancer's admin interface is: unix:FILE or ADDRESS:PORT. "
                + $"Default: ${AddressVariable}, or {AdminAddress.Default}. The token of an address comes from ${TokenVariable}.",
            DefaultValueFactory = _ => DefaultAddress,
            HelpName = "ADDRESS",
        };
        Address.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is string text && AdminAddress.TryParse(text) is null)
            {
                result.AddError($"--admin must be unix:FILE or a loopback address and port such as 127.0.0.1:9900, was '{text}'.");
            }
        });
        Json = new Option<bool>("--json") { Description = "Print the reply of the balancer as JSON, for programs." };
    }

    /// <summary>Where a command looks without <c>--admin</c>.</summary>
    public static string DefaultAddress => Read(AddressVariable) is { Length: > 0 } text ? text : AdminAddress.Default.ToString();

    public Option<string> Address { get; }

    public Option<bool> Json { get; }

    /// <summary>A client of the balancer that the command line names.</summary>
    /// <exception cref="AdminClientException">The token can be that of no balancer.</exception>
    public AdminClient Connect(ParseResult arguments) =>
        new(AdminAddress.TryParse(arguments.GetRequiredValue(Address)) ?? AdminAddress.Default, ReadToken());

    /// <summary>The secret, from the environment: an argument would show in the list of processes.</summary>
    /// <exception cref="AdminClientException">It can be that of no balancer.</exception>
    public static string ReadToken()
    {
        string token = Read(TokenVariable) ?? "";
        return AdminTable.FindTokenFault(token) is string fault
            ? throw new AdminClientException(ExitCode.Failure, [$"{TokenVariable} {fault}, as admin.token of the balancer"])
            : token;
    }

    private static string? Read(string variable) => Environment.GetEnvironmentVariable(variable);
}
