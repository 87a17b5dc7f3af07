// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Doctor.Findings;

/// <summary>A process that has a socket open.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="IsPaused">Whether a signal (SIGSTOP) or a debugger holds it.</param>
internal sealed record SocketOwner(int Id, string Name, bool IsPaused)
{
    public string Describe() => $"{Figures.Preview(Name)} (process {Id}{(IsPaused ? ", stopped by a signal" : "")})";
}
