/** Changes between light and dark, from what the system asks for. It is kept as long as the page: a file has no place of its own to keep it. */
export function changeTheme(): void {
  const { style } = document.documentElement
  const isDark = style.colorScheme === '' ? matchMedia('(prefers-color-scheme: dark)').matches : style.colorScheme === 'dark'
  style.colorScheme = isDark ? 'light' : 'dark'
}
