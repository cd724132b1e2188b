import { breaksOf, noticeBreaks } from './notice-breaks.ts'

noticeBreaks(breaksOf('access'))
